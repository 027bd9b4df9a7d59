//! Updating and deleting rows says which: those of a condition, or all of them by name.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().delete(&db)?;
    Student::rows_where().delete(&db)?;
    Ok(())
}
