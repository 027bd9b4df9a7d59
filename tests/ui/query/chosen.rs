//! `prefetch_if` with a relation of another model, twice, without a name, and read as if it were loaded.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().prefetch_if(true, Course::students()).all(&db)?;
    Student::query().prefetch(Student::courses()).prefetch_if(true, Student::courses()).all(&db)?;
    Student::query().prefetch_if(true, Student::courses().count()).all(&db)?;
    let students = Student::query().prefetch_if(true, Student::courses()).all(&db)?;
    for course in students[0].courses() {
        println!("{}", course.title);
    }
    Ok(())
}
