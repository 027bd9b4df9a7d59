//! Foreign keys of a join model that have another type than the keys that they refer to.

use orm::Model;

#[derive(Model)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
}

#[derive(Model)]
struct Course {
    id: i64,
}

#[derive(Model)]
struct Enrollment {
    id: i64,
    student_id: String,
    course_id: bool,
}

fn main() {}
