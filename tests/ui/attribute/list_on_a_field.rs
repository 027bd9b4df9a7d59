use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[model(unique(name, id))]
    name: String,
}

fn main() {}
