//! A limit on an optional relation to one row.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().prefetch(Student::department().limit(1)).all(&db)?;
    Ok(())
}
