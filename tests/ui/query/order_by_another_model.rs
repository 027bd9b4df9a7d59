//! Ordering by a column of another model.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().order_by(Course::title().asc()).all(&db)?;
    Student::query().order_by((Student::name().asc(), Course::title().asc())).all(&db)?;
    Student::query().order_by(Student::name()).all(&db)?;
    Ok(())
}
