//! The models that the cases share.

use orm::Model;

#[derive(Model, Debug)]
#[has_many(courses: Course)]
pub struct Department {
    pub id: i64,
    pub name: String,
}

#[derive(Model, Debug)]
#[many_to_many(students: Student, through = Enrollment)]
pub struct Course {
    pub id: i64,
    pub title: String,
    #[belongs_to(department: Department)]
    pub department_id: i64,
}

#[derive(Model, Debug)]
#[many_to_many(courses: Course, through = Enrollment)]
pub struct Student {
    pub id: i64,
    pub name: String,
    pub born: i64,
    #[belongs_to(department: Department)]
    pub department_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(primary_key(student_id, course_id))]
pub struct Enrollment {
    pub student_id: i64,
    pub course_id: i64,
}
