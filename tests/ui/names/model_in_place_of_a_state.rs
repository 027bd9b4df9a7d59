//! The model that a relation leads to, where the name of a row needs what the relation leaves in it.

#[path = "../school.rs"]
mod school;

use orm::row;
use school::*;

fn card(_: &row!(Student { courses: Course })) {}

fn main() {}
