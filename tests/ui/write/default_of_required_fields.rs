//! Leaving out the required fields of a new row.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewStudent { name: "Ada".into(), ..Default::default() }.insert(&db)?;
    Ok(())
}
