//! `in_` with queries and values of another type.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let taught = Enrollment::query();
    Student::query().filter(Student::id().in_(taught)).all(&db)?;
    let with_courses = Department::query().prefetch(Department::courses());
    Student::query().filter(Student::department_id().in_(with_courses)).all(&db)?;
    let pairs = Enrollment::query().select((Enrollment::student_id(), Enrollment::course_id()));
    Student::query().filter(Student::id().in_(pairs)).all(&db)?;
    Student::query().filter(Student::id().in_(Course::query().select(Course::title()))).all(&db)?;
    Student::query().filter(Student::name().in_([1, 2])).all(&db)?;
    Student::query().filter(Student::id().in_(7)).all(&db)?;
    Ok(())
}
