//! `sql_type` on an auto-increment key, and an empty `sql_type`.

use orm::Model;

#[derive(Model)]
struct Visit {
    #[model(sql_type = "integer")]
    id: i64,
}

#[derive(Model)]
struct Login {
    id: i64,
    #[model(sql_type = "")]
    address: String,
    #[model(sql_type)]
    mask: String,
}

fn main() {}
