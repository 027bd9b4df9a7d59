//! The contender Toasty, used as its guide shows: relations by `include`.

use std::process::ExitCode;

use bench_common::checksum::{self, total};
use bench_common::data;
use load_common::{CONNECTIONS, Contender, Database, Result, load};
use toasty::{Db, Deferred, Model};

/// The keys are unsigned, as in its guide: of signed ones, it loads no relation by `include`.
#[derive(Model)]
#[table = "student"]
struct Student {
    #[key]
    #[auto]
    id: u64,
    first_name: String,
    last_name: String,
    #[index]
    department_id: Option<u64>,
    #[has_many]
    enrollments: Deferred<Vec<Enrollment>>,
    #[has_many(via = enrollments.course)]
    courses: Deferred<Vec<Course>>,
}

#[derive(Model)]
#[table = "course"]
struct Course {
    #[key]
    #[auto]
    id: u64,
    title: String,
    #[index]
    department_id: u64,
    #[has_many]
    enrollments: Deferred<Vec<Enrollment>>,
}

#[derive(Model)]
#[table = "student_course"]
#[key(student_id, course_id)]
struct Enrollment {
    #[index]
    student_id: u64,
    #[belongs_to(key = student_id, references = id)]
    student: Deferred<Student>,
    #[index]
    course_id: u64,
    #[belongs_to(key = course_id, references = id)]
    course: Deferred<Course>,
}

struct Toasty {
    db: Db,
}

fn main() -> ExitCode {
    load_common::main(load::<Toasty>)
}

impl Contender for Toasty {
    async fn open(database: &Database) -> Result<Self> {
        database.path()?;
        let models = toasty::models!(Course, Student, Enrollment);
        let db = Db::builder().models(models).max_pool_size(CONNECTIONS).connect(&database.to_string()).await?;
        Ok(Toasty { db })
    }

    async fn find(&self, student: i64) -> Result<u64> {
        Ok(Student::get_by_id(&mut self.db.clone(), &student.cast_unsigned()).await?.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let students = Student::filter(Student::fields().id().gt(above.cast_unsigned()))
            .filter(Student::fields().id().le(to.cast_unsigned()))
            .include(Student::fields().courses())
            .exec(&mut self.db.clone())
            .await?;
        Ok(total(students.iter().map(Student::sum_with_courses)))
    }

    async fn insert(&self, new: data::NewStudent) -> Result<u64> {
        let create = Student::create().first_name(new.first_name).last_name(new.last_name);
        let create = match new.department_id {
            Some(department_id) => create.department_id(department_id.cast_unsigned()),
            None => create,
        };
        Ok(create.exec(&mut self.db.clone()).await?.sum())
    }
}

impl Student {
    fn sum(&self) -> u64 {
        let department_id = self.department_id.map(u64::cast_signed);
        checksum::student(self.id.cast_signed(), &self.first_name, &self.last_name, department_id)
    }

    fn sum_with_courses(&self) -> u64 {
        let titles = self.courses.get().iter().map(|course| checksum::text(&course.title));
        self.sum().wrapping_add(checksum::link(self.id.cast_signed(), total(titles)))
    }
}
