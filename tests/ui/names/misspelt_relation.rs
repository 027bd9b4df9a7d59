//! A relation that the model does not have, in the name of a row and of a relation.

#[path = "../school.rs"]
mod school;

use orm::{Many, relation, row};
use school::*;

fn card(_: &row!(Student { cuorses: Many<Course> })) {}

fn courses() -> relation!(Student.cuorses: Course) {
    Student::courses()
}

fn main() {}
