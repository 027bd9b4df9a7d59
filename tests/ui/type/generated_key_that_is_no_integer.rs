//! Auto-increment keys that are not integers.

use orm::{ColumnType, Model};

#[derive(ColumnType)]
struct Code(String);

#[derive(Model)]
struct Country {
    #[model(generated)]
    id: Code,
}

fn main() {}
