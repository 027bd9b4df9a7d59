use orm::Model;

#[derive(Model)]
#[model(table = "people", table = "persons")]
struct Person {
    id: i64,
}

fn main() {}
