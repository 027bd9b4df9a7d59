//! `right` with a field that the intermediate model does not have.

use orm::Model;

#[derive(Model)]
#[has_many(lessons: Lesson, through = Enrollment, right = curse_id, foreign_key = course_id)]
struct Student {
    id: i64,
}

#[derive(Model)]
struct Lesson {
    id: i64,
    topic: String,
    course_id: i64,
}

#[derive(Model)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    student_id: i64,
    course_id: i64,
}

fn main() {}
