use orm::Model;

#[derive(Model)]
#[model(table = "")]
struct Person {
    id: i64,
}

fn main() {}
