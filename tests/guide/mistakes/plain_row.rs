//! The guide's example of a row that was loaded without relations.

use orm::{Db, Model};

#[derive(Model, Debug)]
struct Course {
    id: i64,
    title: String,
}

#[derive(Model, Debug)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    first_name: String,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let students = Student::query().all(&db)?;
    println!("{:?}", students[0].courses());
    Ok(())
}
