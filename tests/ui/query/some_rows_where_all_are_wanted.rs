//! A filtered relation and the whole relation have different types.

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

fn all(books: &orm::Many<Book>) -> usize {
    books.len()
}

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    let author = Author::query().prefetch(Author::books().limit(1)).find(&db, 1)?;
    println!("{}", all(author.books()));
    Ok(())
}
