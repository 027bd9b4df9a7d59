//! Newtypes of a type that is not a column type, of an `Option`, and of a type that cannot be a key.

use orm::{ColumnType, Model};

struct Address;

#[derive(ColumnType)]
struct Home(Address);

#[derive(ColumnType)]
struct Perhaps(Option<i64>);

#[derive(ColumnType)]
struct Weight(f64);

#[derive(Model)]
struct Thing {
    #[model(primary_key)]
    weight: Weight,
}

fn main() {}
