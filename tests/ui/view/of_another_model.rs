//! A view of another model than the query's.

#[path = "../school.rs"]
mod school;

use orm::{Model, View};
use school::{Course, Student};

#[derive(View, Clone)]
#[view(of = Course)]
struct Title {
    title: String,
}

fn main() {
    let _ = Student::query().view::<Title>();
    let _ = Student::query().view::<String>();
    let _ = Student::department().view::<Title>();
}
