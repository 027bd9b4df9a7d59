use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    name: String,
    #[model(accessor = name)]
    other: String,
}

fn main() {}
