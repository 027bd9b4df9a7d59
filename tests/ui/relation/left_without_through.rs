//! `left` without `through`, which names the model of the field.

use orm::Model;

#[derive(Model)]
#[has_many(pets: Pet, left = owner_id)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
