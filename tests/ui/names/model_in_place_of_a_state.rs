//! `row!` with a model where `One` or `Many` is needed.

#[path = "../school.rs"]
mod school;

use orm::row;
use school::*;

fn card(_: &row!(Student { courses: Course })) {}

fn main() {}
