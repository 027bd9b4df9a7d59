use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[has_many(pets: Pet)]
    pets: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
