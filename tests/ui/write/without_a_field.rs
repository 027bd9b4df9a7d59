//! Inserting without a required field.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewStudent { name: "Ada".into(), department_id: None }.insert(&db)?;
    Ok(())
}
