//! A column DEFAULT of another type than the column.

use orm::Model;

#[derive(Model)]
struct Words {
    id: i64,
    #[model(db_default = "seven")]
    number: i64,
}

fn main() {}
