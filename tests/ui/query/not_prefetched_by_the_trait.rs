//! Reading a relation that the signature does not ask for, and passing a row without one that it asks for.

#[path = "../school.rs"]
mod school;

use orm::{Db, Many, Model};
use school::*;

fn card(student: &impl StudentRelations<Courses = Many<Course>>) {
    println!("{}", student.courses().len());
    student.department();
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::department()).all(&db)? {
        card(&student);
    }
    Ok(())
}
