//! Options of a field's codec that contradict each other.

use orm::{Codec, Mismatch, Model};

#[derive(Model)]
#[model(unique(cached, name))]
struct Item {
    id: i64,
    name: String,
    #[model(with = Cents, json)]
    price: i64,
    #[model(skip, index)]
    stock: i64,
    #[model(skip)]
    cached: String,
}

#[derive(Model)]
struct Key {
    #[model(primary_key, with = Cents)]
    id: i64,
}

struct Cents;

impl Codec<i64> for Cents {
    type Stored = i64;

    fn encode(value: &i64) -> Result<i64, Mismatch> {
        Ok(*value)
    }

    fn decode(stored: i64) -> Result<i64, Mismatch> {
        Ok(stored)
    }
}

fn main() {}
