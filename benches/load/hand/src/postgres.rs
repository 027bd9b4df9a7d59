//! PostgreSQL through deadpool-postgres: what does not depend on each other is sent together, in one transaction.

use std::pin::pin;

use bench_common::data::NewStudent;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::{TryStreamExt as _, try_join};
use load_common::{CONNECTIONS, Contender, Database, Result};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, NoTls, Row, Statement};

use crate::rows::{Course, Courses, Student};

type Found<T> = std::result::Result<T, Error>;

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(crate) struct Postgres {
    pool: Pool,
}

impl Contender for Postgres {
    async fn open(database: &Database) -> Result<Self> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(database.url()?.parse()?, NoTls, config);
        Ok(Postgres { pool: Pool::builder(manager).max_size(CONNECTIONS).build()? })
    }

    async fn find(&self, student: i64) -> Result<u64> {
        let db = self.pool.get().await?;
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id = $1";
        let find = db.prepare_cached(sql).await?;
        Ok(read_student(&db.query_one(&find, &[&student]).await?)?.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let db = self.pool.get().await?;
        let (students, courses) = students_with_courses(&db, above, to).await?;
        Ok(courses.sum_with(&students))
    }

    async fn insert(&self, new: NewStudent) -> Result<u64> {
        let db = self.pool.get().await?;
        let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES ($1, $2, $3) \
                   RETURNING id, first_name, last_name, department_id";
        let insert = db.prepare_cached(sql).await?;
        let stored = db.query_one(&insert, &[&new.first_name, &new.last_name, &new.department_id]).await?;
        Ok(read_student(&stored)?.sum())
    }
}

async fn students_with_courses(db: &Object, above: i64, to: i64) -> Found<(Vec<Student>, Courses)> {
    let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id > $1 AND id <= $2 ORDER BY id";
    let find = db.prepare_cached(sql).await?;
    let sql = "SELECT l.student_id, c.id, c.title, c.department_id \
               FROM student_course l JOIN course c ON c.id = l.course_id WHERE l.student_id = ANY($1)";
    let enrolled = db.prepare_cached(sql).await?;

    let begin = db.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    let mut students = Vec::new();
    let push = |row: Row| {
        students.push(read_student(&row)?);
        Ok(())
    };
    let range: Params<'_> = &[&above, &to];
    try_join!(begin, each(db, &find, range, push))?;

    let ids: Vec<i64> = students.iter().map(|student| student.id).collect();
    let ids: Params<'_> = &[&ids];
    let mut courses = Courses::default();
    let link = |row: Row| {
        let read = || Ok(Course { title: row.try_get(2)?, department_id: row.try_get(3)? });
        courses.link(row.try_get(0)?, row.try_get(1)?, read)
    };
    try_join!(each(db, &enrolled, ids, link), db.batch_execute("COMMIT"))?;
    Ok((students, courses.sorted()))
}

/// Runs a statement, and reads its rows as they come.
async fn each(
    db: &Object,
    statement: &Statement,
    params: Params<'_>,
    mut read: impl FnMut(Row) -> Found<()>,
) -> Found<()> {
    let mut rows = pin!(db.query_raw(statement, params.iter().copied()).await?);
    while let Some(row) = rows.try_next().await? {
        read(row)?;
    }
    Ok(())
}

fn read_student(row: &Row) -> Found<Student> {
    let (id, first_name, last_name) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(Student { id, first_name, last_name, department_id: row.try_get(3)? })
}
