//! A relation that was not loaded cannot be read as an empty one.

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
    for book in Book::query().prefetch(Book::author()).all(&db)? {
        println!("{}", book.author().books().is_empty());
    }
    Ok(())
}
