//! `version` on fields that are not integers.

use orm::Model;

#[derive(Model)]
struct Page {
    id: i64,
    #[model(version)]
    version: String,
}

#[derive(Model)]
struct Note {
    id: i64,
    #[model(version)]
    version: Option<i64>,
}

fn main() {}
