//! The guide's example of a value that was not loaded under a name.

use orm::{Db, Model};

#[derive(Model)]
#[many_to_many(students: Student, through = "enrollments")]
struct Course {
    id: i64,
    title: String,
}

#[derive(Model)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    first_name: String,
}

struct Number;
struct Best;
struct Credits;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let students = Student::query()
        .prefetch(Student::courses().count().named(Number))
        .prefetch(Student::courses().max(Course::title()).named(Best))
        .all(&db)?;
    println!("{}", students[0].named(Credits));
    Ok(())
}
