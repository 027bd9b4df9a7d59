//! A reloaded row is a plain row, and holds no relations.

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
    let author = Author::query().prefetch(Author::books()).find(&db, 1)?;
    let author = Author::find(&db, author.id)?;
    println!("{}", author.books().len());
    Ok(())
}
