//! Calls on an `AsyncDb` without `.await`.

#[path = "../ui/school.rs"]
mod school;

use orm::{AsyncDb, Model, Result};
use school::*;

async fn students(db: &AsyncDb) -> Result<Vec<Student>> {
    let number: u64 = Student::query().count(db)?;
    for student in Student::query().all(db) {
        println!("{}", student.name);
    }
    Student::query().all(db)
}

fn main() {}
