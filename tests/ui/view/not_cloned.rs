//! A row that several parents share must be `Clone` in every kind of field.

#[path = "../school.rs"]
mod school;

use orm::{Many, Model, View};
use school::{Course, Student};

#[derive(View)]
#[view(of = Course)]
struct Title {
    title: String,
}

#[derive(View)]
#[view(of = Student)]
struct WithTitles {
    courses: Vec<Title>,
}

// `Arc` shares the row, so it needs no `Clone`.
#[derive(View)]
#[view(of = Student)]
struct WithShared {
    courses: Many<Title>,
}

#[derive(Model)]
#[has_many(houses: House)]
struct Street {
    id: i64,
}

#[derive(Model)]
struct House {
    id: i64,
    #[belongs_to(street: Street)]
    street_id: i64,
}

#[derive(View)]
#[view(of = House)]
struct Address {
    street: Street,
}

fn main() {}
