//! Passing a filtered relation to a function that needs the whole relation.

#[path = "../school.rs"]
mod school;

use orm::{Db, Many, Model};
use school::*;

fn card(student: &impl StudentRelations<Courses = Many<Course>>) {
    println!("{}", student.courses().len());
}

fn by_position(student: &StudentLoaded<Many<Course>>) {
    println!("{}", student.courses().len());
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::courses().limit(3)).all(&db)? {
        card(&student);
        by_position(&student);
    }
    Ok(())
}
