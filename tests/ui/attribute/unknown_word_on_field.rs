use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[model(colum = "n", json)]
    name: String,
}

fn main() {}
