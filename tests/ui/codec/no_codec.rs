//! A codec that does not implement `Codec` for the type of the field.

use orm::Model;

#[derive(Model)]
struct Item {
    id: i64,
    #[model(with = Cents)]
    price: Money,
}

struct Cents;

struct Money {
    cents: i64,
}

fn main() {}
