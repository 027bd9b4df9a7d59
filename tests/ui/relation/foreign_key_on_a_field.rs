use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(parent: Person, foreign_key = parent_id)]
    parent_id: Option<i64>,
}

fn main() {}
