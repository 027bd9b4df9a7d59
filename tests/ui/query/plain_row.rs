//! Reading a relation of a plain row.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().all(&db)? {
        println!("{:?}", student.courses());
    }
    Ok(())
}
