use orm::Model;

#[derive(Model)]
#[has_many(name: Pet)]
struct Person {
    id: i64,
    name: String,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
