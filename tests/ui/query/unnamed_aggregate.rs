//! A count without a name.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().prefetch(Student::courses().count()).all(&db)?;
    orm::prefetch(&db, Student::query().all(&db)?, Student::courses().count())?;
    Ok(())
}
