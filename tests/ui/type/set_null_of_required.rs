use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(parent: Person, on_delete = set_null)]
    parent_id: i64,
}

fn main() {}
