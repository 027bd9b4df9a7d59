//! A single row where a list is linked.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn link(db: &Db, ada: &Student, algebra: &Course) -> orm::Result<()> {
    Student::courses().link(db, ada, algebra)?;
    Student::courses().unlink(db, ada, algebra.id)?;
    Student::courses().set(db, ada, Course::query())
}

fn main() {}
