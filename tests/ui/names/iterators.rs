//! Names of iterators, on queries and relations.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn students(db: &Db) -> orm::Result<()> {
    let page = Student::query().order_by(Student::name().asc()).skip(10).take(10).all(db)?;
    let youngest: Option<Student> = Student::query().order_by(Student::born().asc()).last(db)?;
    let some = Student::query().prefetch(Student::courses().take(3)).all(db)?;
    Ok(())
}

fn main() {}
