//! Prefetching a relation twice.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().prefetch(Student::courses()).prefetch(Student::courses()).all(&db)?;
    Student::query()
        .prefetch(Student::department())
        .prefetch(Student::courses())
        .prefetch(Student::department())
        .all(&db)?;
    Department::query().prefetch(Department::courses()).prefetch(Department::courses()).all(&db)?;
    Ok(())
}
