use orm::Model;

#[derive(Model)]
#[has_many(pets: Pet)]
#[many_to_many(friends: Pet, through = "friendships")]
#[model(primary_key(first, last))]
struct Person {
    first: i64,
    last: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
