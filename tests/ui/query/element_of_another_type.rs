//! Searching an array of text for a number.

use orm::{Db, Model};

#[derive(Model)]
struct Post {
    id: i64,
    tags: Vec<String>,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    Post::query().filter(Post::tags().has(7)).all(&db)?;
    Ok(())
}
