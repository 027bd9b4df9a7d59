//! A field that is not in the table has a default, which rows that are read hold.

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
