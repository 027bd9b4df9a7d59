//! `references` on a relation that follows two foreign keys.

use orm::Model;

#[derive(Model)]
#[has_many(enrollments: Enrollment, through = Student, references = code)]
struct Department {
    id: i64,
    code: String,
}

#[derive(Model)]
struct Student {
    id: i64,
    department_id: i64,
}

#[derive(Model)]
struct Enrollment {
    id: i64,
    student_id: i64,
}

fn main() {}
