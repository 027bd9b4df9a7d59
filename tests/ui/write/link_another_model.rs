//! Linking a row of another model.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let ada = Student::find(&db, 1)?;
    let maths = Department::find(&db, 1)?;
    Student::courses().link(&db, &ada, [&maths])?;
    Student::courses().link(&db, &maths, [&Course::find(&db, 1)?])?;
    Student::department().link(&db, &ada, [&maths])?;
    Ok(())
}
