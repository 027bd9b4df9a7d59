//! A column that does not exist.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Student::nmae().eq("Ada")).all(&db)?;
    Ok(())
}
