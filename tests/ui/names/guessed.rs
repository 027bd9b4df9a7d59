//! Methods of iterators and of other libraries, on queries, relations and columns.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn students(db: &Db) -> orm::Result<()> {
    let page = Student::query().order_by(Student::name().asc()).skip(10).take(10).all(db)?;
    let youngest: Option<Student> = Student::query().order_by(Student::born().asc()).last(db)?;
    let some = Student::query().prefetch(Student::courses().take(3)).all(db)?;
    let all = Student::query().include(Student::courses()).load(db)?;
    let others = Student::query().filter(Student::name().neq("Ada")).all(db)?;
    let deleted: u64 = Student::query().filter(Student::id().not_in([1, 2])).delete(db)?;
    let all = db.query::<Student>().all(db)?;
    let sorted = Student::query().sort_by(Student::name().asc()).all(db)?;
    let both = Student::query().filter(Student::name().eq("Ada").and(Student::born().lt(1900))).all(db)?;
    let either = Student::query().filter(Student::name().eq("Ada").or(Student::born().lt(1900))).all(db)?;
    Student::courses().add(db, &all[0], [Course::find(db, 1)?]);
    Ok(())
}

fn main() {}
