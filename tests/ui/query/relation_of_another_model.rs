//! Prefetching a relation of another model.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().prefetch(Course::department()).all(&db)?;
    Student::query().prefetch(Student::courses().prefetch(Student::department())).all(&db)?;
    orm::prefetch(&db, Student::query().all(&db)?, Course::department())?;
    Ok(())
}
