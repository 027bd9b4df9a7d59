//! Reading a relation that was not prefetched.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::department()).all(&db)? {
        println!("{:?}", student.courses());
    }
    Ok(())
}
