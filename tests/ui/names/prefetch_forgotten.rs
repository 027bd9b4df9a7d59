//! Rows that hold fewer relations than their type says.

#[path = "../school.rs"]
mod school;

use orm::{Db, Many, Model, One, Result, relation, row};
use school::*;

fn cards(db: &Db) -> Result<Vec<row!(Student { courses: Many<Course> })>> {
    Student::query().all(db)
}

fn both(db: &Db) -> Result<Vec<row!(Student { courses: Many<Course>, department: Option<One<Department>> })>> {
    Student::query().prefetch(Student::courses()).all(db)
}

fn some() -> relation!(Student.courses: Course) {
    Student::courses().limit(3)
}

fn department(student: &row!(Student { courses: Many<Course> })) -> &Option<One<Department>> {
    student.department()
}

fn main() {}
