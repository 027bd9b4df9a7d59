//! PostgreSQL has ranges of six types.

use orm::{Model, Range};

#[derive(Model)]
struct Shelf {
    id: i64,
    titles: Range<String>,
}

fn main() {
    let _ = Shelf::query();
}
