use orm::Model;

struct Address;

#[derive(Model)]
struct Person {
    id: i64,
    address: Address,
}

fn main() {}
