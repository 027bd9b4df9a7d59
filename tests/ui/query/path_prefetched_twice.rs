//! A path whose first relation is prefetched separately too.

use orm::{Db, Model, Result};

#[derive(Model)]
#[has_many(books: Book)]
struct Author {
    id: i64,
}

#[derive(Model)]
#[has_many(reviews: Review)]
struct Book {
    id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
struct Review {
    id: i64,
    #[belongs_to(book: Book)]
    book_id: i64,
}

fn short_first(db: &Db) -> Result<()> {
    Author::query().prefetch(Author::books()).prefetch(Author::books().prefetch(Book::reviews())).all(db)?;
    Ok(())
}

fn short_last(db: &Db) -> Result<()> {
    Author::query().prefetch(Author::books().prefetch(Book::reviews())).prefetch(Author::books()).all(db)?;
    Ok(())
}

fn main() {}
