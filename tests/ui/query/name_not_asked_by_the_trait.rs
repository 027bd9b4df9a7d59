//! A function of any row that reads a value under a name must ask for it.

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
