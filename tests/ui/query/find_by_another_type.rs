//! Finding by a key of another type.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::find(&db, "ada")?;
    Enrollment::find(&db, 1)?;
    Student::find_many(&db, ["ada"])?;
    Student::by_keys(&db, vec![Some(1)])?;
    Ok(())
}
