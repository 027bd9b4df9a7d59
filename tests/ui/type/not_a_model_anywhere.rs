//! Types that are not models, in every place where a relation names one.

use orm::Model;

struct Address;
struct Join;

#[derive(Model)]
#[has_many(addresses: Address)]
#[has_one(address: Address)]
#[has_many(letters: Person, through = Address)]
#[many_to_many(others: Address, through = "person_addresses")]
#[many_to_many(friends: Person, through = Join, left = one_id, right = other_id)]
struct Person {
    id: i64,
}

fn main() {
    let _ = Person::addresses();
}
