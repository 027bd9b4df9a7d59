//! Filtering by a condition on another model.

#[path = "../school.rs"]
mod school;

use orm::{Condition, Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Course::title().eq("Algebra")).all(&db)?;
    Student::query().prefetch(Student::courses().filter(Student::name().eq("Ada"))).all(&db)?;
    Student::query().filter(Student::name().eq("Ada") & Course::title().eq("Algebra")).all(&db)?;
    Student::query().filter(Student::name().eq(Course::title())).all(&db)?;
    Student::query().filter(Condition::any([Course::title().eq("Algebra")])).all(&db)?;
    Ok(())
}
