use orm::Model;

#[derive(Model)]
struct Person {
    id: Option<i64>,
}

fn main() {}
