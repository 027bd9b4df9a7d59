//! A database's default of another kind than the column.

use orm::Model;

#[derive(Model)]
struct Words {
    id: i64,
    #[model(db_default = "seven")]
    number: i64,
}

fn main() {}
