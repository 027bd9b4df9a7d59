//! The contender diesel-async, with the pool that its guide shows: associations with `belonging_to` and `grouped_by`.

mod schema;

use std::process::ExitCode;

use bench_common::checksum::{self, total};
use bench_common::data;
use diesel::prelude::*;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use load_common::{CONNECTIONS, Contender, Database, Result, load};

use crate::schema::{course, student, student_course};

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = course)]
struct Course {
    id: i64,
    title: String,
    #[expect(dead_code, reason = "the benchmark decodes all columns, as a service does, and reads some")]
    department_id: i64,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = student)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = student_course, primary_key(student_id, course_id), belongs_to(Student), belongs_to(Course))]
struct Enrollment {
    student_id: i64,
    course_id: i64,
}

#[derive(Insertable)]
#[diesel(table_name = student, treat_none_as_default_value = false)]
struct NewStudent {
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

struct Diesel {
    pool: Pool<AsyncPgConnection>,
}

fn main() -> ExitCode {
    load_common::main(load::<Diesel>)
}

impl Contender for Diesel {
    async fn open(database: &Database) -> Result<Self> {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(database.url()?);
        Ok(Diesel { pool: Pool::builder(manager).max_size(CONNECTIONS).build()? })
    }

    async fn find(&self, id: i64) -> Result<u64> {
        let mut db = self.pool.get().await?;
        let found: Student = student::table.find(id).select(Student::as_select()).first(&mut *db).await?;
        Ok(found.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let mut db = self.pool.get().await?;
        let students: Vec<Student> = student::table
            .filter(student::id.gt(above).and(student::id.le(to)))
            .order(student::id)
            .select(Student::as_select())
            .load(&mut *db)
            .await?;
        let courses: Vec<(Enrollment, Course)> = Enrollment::belonging_to(&students)
            .inner_join(course::table)
            .select((Enrollment::as_select(), Course::as_select()))
            .load(&mut *db)
            .await?;
        let courses = courses.grouped_by(&students);
        Ok(total(students.iter().zip(&courses).map(|(student, courses)| {
            let titles = total(courses.iter().map(|(_, course)| checksum::text(&course.title)));
            student.sum().wrapping_add(checksum::link(student.id, titles))
        })))
    }

    async fn insert(&self, new: data::NewStudent) -> Result<u64> {
        let mut db = self.pool.get().await?;
        let data::NewStudent { first_name, last_name, department_id } = new;
        let insert = diesel::insert_into(student::table).values(NewStudent { first_name, last_name, department_id });
        let stored: Student = insert.returning(Student::as_returning()).get_result(&mut *db).await?;
        Ok(stored.sum())
    }
}

impl Student {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}
