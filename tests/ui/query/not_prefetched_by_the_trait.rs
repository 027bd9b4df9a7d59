//! Reading what was not asked for in a signature, and handing over a row without what was.

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
