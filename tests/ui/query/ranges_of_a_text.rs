//! A range condition on a text column.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Student::name().overlaps("A".to_owned().."B".to_owned())).all(&db)?;
    Ok(())
}
