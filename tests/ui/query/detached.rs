//! Detaching a relation that was not loaded.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

struct Number;
struct Other;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let course = Course::query().prefetch(Course::students()).one(&db)?;
    let (_, department) = orm::detach(course, Course::department());
    println!("{}", department.name);
    let (_, students) = orm::detach(Course::find(&db, 1)?, Course::students());
    println!("{}", students.len());
    let course = Course::query().prefetch(Course::students()).one(&db)?;
    let (_, courses) = orm::detach(course, Student::courses());
    println!("{}", courses.len());
    let course = Course::query().prefetch(Course::students().count().named(Number)).one(&db)?;
    let (_, number) = orm::detach_named(course, Other);
    println!("{number}");
    Ok(())
}
