//! Moments of writes in types that hold none.

use orm::Model;
use orm::value::Date;

#[derive(Model)]
struct Page {
    id: i64,
    #[model(created_at)]
    created: Date,
    #[model(updated_at)]
    updated: Option<i64>,
}

fn main() {}
