//! Unions of rows of different types, and of whole rows.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let names = || Student::query().select(Student::name());
    names().union(Course::query().select(Course::id())).all(&db)?;
    names().union(Course::query().select((Course::title(), Course::id()))).all(&db)?;
    names().union(Course::query()).all(&db)?;
    names().union(Course::query().select(Course::title())).order_by(Course::title().asc()).all(&db)?;
    Student::query().union(Student::query()).all(&db)?;
    Ok(())
}
