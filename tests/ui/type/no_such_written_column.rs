use orm::Model;

#[derive(Model)]
#[has_many(pets: Pet, foreign_key = ownr_id)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    owner_id: i64,
}

fn main() {}
