//! A type in SQL for a key that the database assigns, and none where one should be.

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
