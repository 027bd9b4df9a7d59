//! A field and a relation, or two relations, that serialise under one name.

use orm::Model;
use serde::Serialize;

#[derive(Model, Serialize)]
#[has_many(pets: Pet)]
struct Person {
    id: i64,
    #[model(accessor = none)]
    pets: i64,
}

#[derive(Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_many(pets: Pet, rename = "formerOwner")]
#[has_many(old_toys: Toy, foreign_key = pet_id)]
#[has_many(toys: Toy, rename = "oldToys")]
struct Pet {
    id: i64,
    person_id: i64,
    former_owner: Option<String>,
    pet_id: i64,
}

#[derive(Model, Serialize)]
#[serde(tag = "type")]
#[has_many(r#type: Toy, foreign_key = toy_id)]
struct Toy {
    id: i64,
    pet_id: i64,
    toy_id: i64,
    #[model(accessor = none)]
    #[serde(rename(serialize = "owner"))]
    pet: String,
    #[belongs_to(pet: Pet, rename = "owner")]
    owner_id: i64,
}

/// It is never serialised.
#[derive(Model)]
#[has_many(pets: Pet, foreign_key = person_id)]
struct House {
    id: i64,
    #[model(accessor = none)]
    pets: i64,
}

/// The field is not serialised.
#[derive(Model, Serialize)]
#[has_many(pets: Pet, foreign_key = person_id)]
struct Garden {
    id: i64,
    #[model(accessor = none)]
    #[serde(skip_serializing)]
    pets: i64,
}

fn main() {}
