use orm::Model;

#[derive(Model)]
#[model(unique = name)]
struct Person {
    id: i64,
    name: String,
}

fn main() {}
