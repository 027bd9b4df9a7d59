use orm::Model;

#[derive(Model)]
#[has_many]
struct Person {
    id: i64,
}

fn main() {}
