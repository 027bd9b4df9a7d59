//! A field of another type.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewStudent { name: 7, born: 1815, department_id: Some("maths") }.insert(&db)?;
    Ok(())
}
