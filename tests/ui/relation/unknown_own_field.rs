use orm::Model;

#[derive(Model)]
#[belongs_to(parent: Person, foreign_key = parnet_id)]
#[has_many(pets: Pet, references = colour)]
struct Person {
    id: i64,
    parent_id: Option<i64>,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
