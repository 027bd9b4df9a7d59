//! A skipped field needs a default, because no column gives it a value.

use orm::Model;

#[derive(Model)]
struct Item {
    id: i64,
    #[model(skip)]
    shelf: Shelf,
}

struct Shelf {
    number: u32,
}

fn main() {}
