//! An array column of another model.

use orm::Model;

#[derive(Model)]
struct Course {
    id: i64,
}

#[derive(Model)]
struct Student {
    id: i64,
    courses: Vec<Course>,
}

fn main() {}
