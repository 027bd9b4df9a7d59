use orm::Model;

#[derive(Model)]
#[model(table = people)]
struct Person {
    id: i64,
}

fn main() {}
