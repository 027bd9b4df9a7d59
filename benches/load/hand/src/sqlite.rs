//! `SQLite` through deadpool-sqlite: connections that read, and one that writes.

use std::path::Path;
use std::rc::Rc;

use bench_common::data::NewStudent;
use deadpool_sqlite::{Config, Hook, HookError, Pool, Runtime};
use load_common::{CONNECTIONS, Contender, Database, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use crate::rows::{Course, Courses, Student};

pub(crate) struct Sqlite {
    readers: Pool,
    writer: Pool,
}

impl Contender for Sqlite {
    async fn open(database: &Database) -> Result<Self> {
        let path = database.path()?;
        Ok(Sqlite { readers: pool(path, CONNECTIONS)?, writer: pool(path, 1)? })
    }

    async fn find(&self, student: i64) -> Result<u64> {
        let connection = self.readers.get().await?;
        let found = connection.interact(move |db| {
            let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id = ?1";
            db.prepare_cached(sql)?.query_row([student], read_student)
        });
        Ok(found.await.map_err(|error| error.to_string())??.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let connection = self.readers.get().await?;
        let found = connection.interact(move |db| students_with_courses(db, above, to));
        let (students, courses) = found.await.map_err(|error| error.to_string())??;
        Ok(courses.sum_with(&students))
    }

    async fn insert(&self, new: NewStudent) -> Result<u64> {
        let connection = self.writer.get().await?;
        let stored = connection.interact(move |db| {
            let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3) \
                       RETURNING id, first_name, last_name, department_id";
            let params = params![new.first_name, new.last_name, new.department_id];
            db.prepare_cached(sql)?.query_one(params, read_student)
        });
        Ok(stored.await.map_err(|error| error.to_string())??.sum())
    }
}

fn pool(path: &Path, connections: usize) -> Result<Pool> {
    let prepare = Hook::async_fn(|connection, _| {
        Box::pin(async move {
            let prepared = connection.interact(prepare).await;
            prepared.map_err(|error| HookError::message(error.to_string()))?.map_err(HookError::Backend)
        })
    });
    let builder = Config::new(path).builder(Runtime::Tokio1)?;
    Ok(builder.max_size(connections).post_create(prepare).build()?)
}

fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    rusqlite::vtab::array::load_module(db)?;
    db.execute_batch("PRAGMA synchronous = NORMAL")
}

fn students_with_courses(db: &mut Connection, above: i64, to: i64) -> rusqlite::Result<(Vec<Student>, Courses)> {
    db.prepare_cached("BEGIN")?.execute([])?;
    let students = students(db, above, to)?;
    let courses = courses_of(db, &students)?;
    db.prepare_cached("COMMIT")?.execute([])?;
    Ok((students, courses))
}

fn students(db: &Connection, above: i64, to: i64) -> rusqlite::Result<Vec<Student>> {
    let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id > ?1 AND id <= ?2 ORDER BY id";
    db.prepare_cached(sql)?.query_map([above, to], read_student)?.collect()
}

fn courses_of(db: &Connection, students: &[Student]) -> rusqlite::Result<Courses> {
    let sql = "SELECT l.student_id, c.id, c.title, c.department_id FROM rarray(?1) k \
               CROSS JOIN student_course l ON l.student_id = k.value CROSS JOIN course c ON c.id = l.course_id";
    let keys: Vec<Value> = students.iter().map(|student| Value::Integer(student.id)).collect();
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([Rc::new(keys)])?;
    let mut courses = Courses::default();
    while let Some(row) = rows.next()? {
        let read = || -> rusqlite::Result<Course> { Ok(Course { title: row.get(2)?, department_id: row.get(3)? }) };
        courses.link(row.get(0)?, row.get(1)?, read)?;
    }
    Ok(courses.sorted())
}

fn read_student(row: &Row<'_>) -> rusqlite::Result<Student> {
    Ok(Student { id: row.get(0)?, first_name: row.get(1)?, last_name: row.get(2)?, department_id: row.get(3)? })
}
