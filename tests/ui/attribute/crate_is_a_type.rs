use orm::Model;

#[derive(Model)]
#[model(crate = Self::database)]
struct Person {
    id: i64,
}

fn main() {}
