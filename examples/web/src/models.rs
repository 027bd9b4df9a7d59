//! The models: departments, their courses, and the students who take them.

use orm::Model;
use serde::Serialize;

/// Every table of this service.
pub type Models = (Department, Course, Student, Enrollment);

#[derive(Model, Debug, Serialize)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
pub struct Department {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}

#[derive(Model, Debug, Serialize)]
#[many_to_many(students: Student, through = Enrollment)]
pub struct Course {
    pub id: i64,
    #[model(unique)]
    pub title: String,
    pub credits: i64,
    #[belongs_to(department: Department, on_delete = cascade)]
    pub department_id: i64,
}

#[derive(Model, Clone, Debug, Serialize)]
#[many_to_many(courses: Course, through = Enrollment)]
pub struct Student {
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    #[model(unique)]
    pub email: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    pub department_id: Option<i64>,
    /// Counts the changes of the row, so that a user cannot overwrite a change that they have not seen.
    #[model(version)]
    pub version: i64,
}

#[derive(Model, Debug)]
#[model(primary_key(student_id, course_id))]
pub struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    pub student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    pub course_id: i64,
}
