//! Changes that do not fit the model of the rows.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let adas = || Student::rows_where(Student::name().eq("Ada"));
    adas().update(&db, Course::title().set("Algebra"))?;
    adas().update_returning(&db, Student::born().eq(1815))?;
    let rows: Vec<Course> = adas().delete_returning(&db)?;
    Student::rows_where(Course::title().eq("Algebra")).delete(&db)?;
    Ok(())
}
