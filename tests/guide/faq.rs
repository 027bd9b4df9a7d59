//! The program text of the chapter with frequent questions.

use orm::{Db, Executor, Model, ResultExt as _, row};

use crate::chapter::Chapter;
use crate::{Course, NewStudent, Student};

#[test]
fn chapter() -> orm::Result<()> {
    Chapter::open("27-faq").close();
    let db = &crate::school()?;
    let listed = with_courses(db)?;
    assert_eq!(listed[0].courses().len(), 2);
    let student = register(db, "  Emmy ", "Noether").expect("the names are not empty");
    assert_eq!((&*student.first_name, register(db, " ", "Noether").is_err()), ("Emmy", true));
    missing(db)
}

// ANCHOR: with_courses
type WithCourses = row!(Student { courses: orm::Many<Course> });

fn with_courses(db: &Db) -> orm::Result<Vec<WithCourses>> {
    Student::query().prefetch(Student::courses()).all(db)
}
// ANCHOR_END: with_courses

// ANCHOR: register
fn register(on: &impl Executor, first_name: &str, last_name: &str) -> Result<Student, String> {
    let name = |text: &str| match text.trim() {
        "" => Err("write a name"),
        name => Ok(name.to_owned()),
    };
    let new = NewStudent { first_name: name(first_name)?, last_name: name(last_name)?, department_id: None };
    new.insert(on).map_err(|error| error.to_string())
}
// ANCHOR_END: register

fn missing(db: &Db) -> orm::Result<()> {
    // ANCHOR: missing
    let student: Option<Student> = Student::find(db, 99).optional()?;
    // ANCHOR_END: missing
    assert!(student.is_none());
    Ok(())
}
