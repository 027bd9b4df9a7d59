//! Loading a relation into rows that already hold it.

use orm::Model;

#[derive(Model)]
#[has_many(books: Book)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model)]
struct Book {
    id: i64,
    title: String,
    #[belongs_to(author: Author)]
    author_id: i64,
}

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    let authors = Author::query().prefetch(Author::books()).all(&db)?;
    let _ = orm::prefetch(&db, authors, Author::books())?;
    Ok(())
}
