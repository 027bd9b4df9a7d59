//! Comparing a text column with a number, and a number with text.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Student::query().filter(Student::name().eq(7)).all(&db)?;
    Student::query().filter(Student::born().lt("1900")).all(&db)?;
    Student::query().filter(Student::department_id().eq("maths")).all(&db)?;
    Ok(())
}
