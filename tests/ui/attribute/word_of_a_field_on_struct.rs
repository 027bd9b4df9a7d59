use orm::Model;

#[derive(Model)]
#[model(column = "id")]
struct Person {
    id: i64,
}

fn main() {}
