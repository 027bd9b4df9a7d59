use orm::Model;

#[derive(Model)]
#[model(table = "people" schema = "main")]
struct Person {
    id: i64,
}

fn main() {}
