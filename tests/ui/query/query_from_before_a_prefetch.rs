//! `prefetch` returns a new query; the old one returns rows without the relation.

use orm::{Db, Model, Result};

#[derive(Model)]
#[has_many(books: Book)]
#[has_many(letters: Letter)]
struct Author {
    id: i64,
}

#[derive(Model)]
struct Book {
    id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
struct Letter {
    id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

fn books_of_all(db: &Db) -> Result<()> {
    let with_letters = Author::query().prefetch(Author::letters());
    with_letters.clone().prefetch(Author::books()).all(db)?;
    for author in with_letters.all(db)? {
        author.books();
    }
    Ok(())
}

fn main() {}
