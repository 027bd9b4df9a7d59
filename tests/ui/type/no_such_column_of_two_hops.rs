//! Fields that are missing on the way of a relation through a model.

use orm::Model;

#[derive(Model)]
#[has_many(enrollments: Enrollment, through = Student)]
struct Department {
    id: i64,
}

#[derive(Model)]
struct Student {
    id: i64,
}

#[derive(Model)]
struct Enrollment {
    id: i64,
}

fn main() {}
