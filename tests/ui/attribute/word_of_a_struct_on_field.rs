use orm::Model;

#[derive(Model)]
struct Person {
    #[model(table = "people")]
    id: i64,
}

fn main() {}
