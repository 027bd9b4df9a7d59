use orm::Model;

struct Address;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(address: Address)]
    address_id: i64,
}

fn main() {}
