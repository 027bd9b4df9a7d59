//! A relation that was not loaded cannot be read as one without a row.

use orm::{Db, Model, Result};

#[derive(Model)]
#[has_one(bio: Bio)]
#[has_many(books: Book)]
struct Author {
    id: i64,
}

#[derive(Model)]
struct Bio {
    #[model(primary_key)]
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
struct Book {
    id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

fn bios(db: &Db) -> Result<()> {
    for author in Author::query().prefetch(Author::books()).all(db)? {
        author.bio();
    }
    Ok(())
}

fn main() {}
