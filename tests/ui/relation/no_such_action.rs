use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(parent: Person, on_delete = cascad)]
    parent_id: Option<i64>,
    #[belongs_to(other: Person, on_delete = vanish)]
    other_id: Option<i64>,
}

fn main() {}
