//! Running a query on a value that is not a database.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().all(&"students.db")?;
    NewDepartment { name: "Maths".into() }.insert(db)?;
    Ok(())
}
