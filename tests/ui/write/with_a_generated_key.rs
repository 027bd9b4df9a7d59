//! A new row that sets its auto-increment key.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewStudent { id: 1, name: "Ada".into(), born: 1815, department_id: None }.insert(&db)?;
    Ok(())
}
