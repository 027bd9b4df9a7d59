use orm::Model;

#[derive(Model)]
#[belongs_to(parent: Person)]
struct Person {
    id: i64,
}

fn main() {}
