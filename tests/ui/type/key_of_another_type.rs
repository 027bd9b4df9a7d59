use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(parent: Person)]
    parent_id: String,
}

fn main() {}
