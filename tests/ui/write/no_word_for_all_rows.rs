//! Updates and deletes need a condition, or `all_rows()`.

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
