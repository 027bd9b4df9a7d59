use orm::Model;

#[derive(Model)]
#[model(unique())]
struct Person {
    id: i64,
}

fn main() {}
