//! `row!` and `relation!` with a relation that the model does not have.

#[path = "../school.rs"]
mod school;

use orm::{Many, relation, row};
use school::*;

fn card(_: &row!(Student { cuorses: Many<Course> })) {}

fn courses() -> relation!(Student.cuorses: Course) {
    Student::courses()
}

fn main() {}
