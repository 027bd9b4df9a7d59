//! A text condition on a number column.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Student::born().contains("19")).all(&db)?;
    Ok(())
}
