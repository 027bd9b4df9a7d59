//! Relations of a view that do not fit the type of their fields.

#[path = "../school.rs"]
mod school;

use orm::View;
use school::{Course, Student};

#[derive(View, Clone)]
#[view(of = Course)]
struct Title {
    title: String,
}

#[derive(View, Clone)]
#[view(of = Student)]
struct Name {
    name: String,
}

#[derive(View)]
#[view(of = Course)]
struct Copied {
    title: String,
}

struct Plain;

#[derive(View)]
#[view(of = Student)]
struct NoSuchRelation {
    coursse: Vec<Title>,
}

#[derive(View)]
#[view(of = Student)]
struct OneOfMany {
    courses: Title,
}

#[derive(View)]
#[view(of = Student)]
struct AnotherModel {
    courses: Vec<Name>,
}

#[derive(View)]
#[view(of = Student)]
struct NoView {
    courses: Vec<Plain>,
}

#[derive(View)]
#[view(of = Student)]
struct NotCloned {
    courses: Vec<Copied>,
}

fn main() {}
