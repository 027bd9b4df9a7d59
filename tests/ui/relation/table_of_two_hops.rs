//! `has_many` through a table that has no model.

use orm::Model;

#[derive(Model)]
#[has_many(pets: Pet, through = "owners")]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
