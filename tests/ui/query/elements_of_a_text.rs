//! An array condition on a text column.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Student::name().has("Ada")).all(&db)?;
    Ok(())
}
