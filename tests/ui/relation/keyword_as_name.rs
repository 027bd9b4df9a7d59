//! A relation whose name is a keyword of Rust.

use orm::Model;

#[derive(Model)]
#[has_many(type: Pet)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {
    let _ = Person::query();
}
