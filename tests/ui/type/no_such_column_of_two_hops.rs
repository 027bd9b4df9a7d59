//! Fields that the intermediate model of a relation does not have.

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
