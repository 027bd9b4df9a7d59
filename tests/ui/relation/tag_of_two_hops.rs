//! A tag on a relation that follows two foreign keys.

use orm::Model;

#[derive(Model)]
#[has_many(comments: Comment, through = Course, foreign_key = subject_id, tag(subject_type = "course"))]
struct Department {
    id: i64,
}

#[derive(Model)]
struct Course {
    id: i64,
    department_id: i64,
}

#[derive(Model)]
struct Comment {
    id: i64,
    subject_type: String,
    subject_id: i64,
}

fn main() {}
