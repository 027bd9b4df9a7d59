use orm::Model;

#[derive(Model)]
#[has_many(pets: Pet, rename = animals)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
