use orm::Model;

#[derive(Model)]
#[model]
struct Person {
    id: i64,
}

fn main() {}
