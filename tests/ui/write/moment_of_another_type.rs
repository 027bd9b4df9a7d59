//! `created_at` and `updated_at` on fields that hold no timestamp.

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
