//! Mistakes in the syntax of `row!` and `relation!`.

use orm::{relation, row};

fn twice(_: &row!(Student { courses: Many<Course>, courses: Many<Course> })) {}

fn without_its_state(_: &row!(Student { courses })) {}

fn without_its_target(_: relation!(Student.courses)) {}

fn main() {}
