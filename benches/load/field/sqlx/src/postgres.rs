//! PostgreSQL: the keys of a request are one array.

use bench_common::data::NewStudent;
use load_common::{CONNECTIONS, Contender, Database, Result};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::rows::{Student, Taken, sum_with_courses};

pub(crate) struct Postgres {
    db: PgPool,
}

impl Contender for Postgres {
    async fn open(database: &Database) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(u32::try_from(CONNECTIONS)?);
        Ok(Postgres { db: pool.connect(database.url()?).await? })
    }

    async fn find(&self, student: i64) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id = $1";
        let found: Student = sqlx::query_as(sql).bind(student).fetch_one(&self.db).await?;
        Ok(found.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id > $1 AND id <= $2 ORDER BY id";
        let students: Vec<Student> = sqlx::query_as(sql).bind(above).bind(to).fetch_all(&self.db).await?;
        let keys: Vec<i64> = students.iter().map(|student| student.id).collect();
        let sql = "SELECT l.student_id, c.title, c.department_id FROM student_course l \
                   JOIN course c ON c.id = l.course_id WHERE l.student_id = ANY($1)";
        let taken: Vec<Taken> = sqlx::query_as(sql).bind(keys).fetch_all(&self.db).await?;
        Ok(sum_with_courses(&students, taken))
    }

    async fn insert(&self, new: NewStudent) -> Result<u64> {
        let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES ($1, $2, $3) \
                   RETURNING id, first_name, last_name, department_id";
        let insert = sqlx::query_as(sql).bind(new.first_name).bind(new.last_name).bind(new.department_id);
        let stored: Student = insert.fetch_one(&self.db).await?;
        Ok(stored.sum())
    }
}
