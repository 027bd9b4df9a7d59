use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    name: String,
    #[model(column = "name")]
    other: String,
}

fn main() {}
