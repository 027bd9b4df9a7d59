//! Row locks outside a transaction.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let _ = Student::query().for_update().first(&db)?;
    let _ = Student::query().skip_locked().first(&db)?;
    let _ = Student::query().select(Student::born()).for_update().all(&db.begin()?)?;
    Ok(())
}
