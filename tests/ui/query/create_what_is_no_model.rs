//! Creating the table of a type that is not a model.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

struct Address;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Student, Address)>()?;
    db.create_tables::<Address>()?;
    Ok(())
}
