//! A generic function reads a named value that its signature does not ask for.

#[path = "../school.rs"]
mod school;

use orm::{Get, Many, Part};
use school::*;

struct Passed;
struct Failed;

fn card(student: &impl StudentRelations) {
    student.named(Passed);
}

fn other<At>(student: &impl StudentRelations<Named: Get<Failed, At, Many<Course, Part>>>) -> usize {
    student.named(Passed).len()
}

fn main() {}
