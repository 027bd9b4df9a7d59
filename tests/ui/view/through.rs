//! Columns that cannot be read through a relation.

#[path = "../school.rs"]
mod school;

use orm::{Model, View};
use school::{Course, Student};

#[derive(View)]
#[view(of = Student)]
struct NotOptional {
    #[view(from = department.name)]
    department: String,
}

#[derive(View)]
#[view(of = Course)]
struct NoSuchColumn {
    #[view(from = department.title)]
    department: String,
}

#[derive(View)]
#[view(of = Student)]
struct ThroughMany {
    #[view(from = courses.title)]
    course: String,
}

#[derive(View)]
#[view(of = Student)]
struct NoSuchRelation {
    #[view(from = school.name)]
    school: String,
}

#[derive(Model)]
#[has_one(passport: Passport)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Passport {
    id: i64,
    number: String,
    person_id: i64,
}

#[derive(View)]
#[view(of = Person)]
struct ThroughHasOne {
    #[view(from = passport.number)]
    passport: Option<String>,
}

fn main() {}
