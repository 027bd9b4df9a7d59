use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[model(accessor = (a, b))]
    name: String,
}

fn main() {}
