//! Loading two values under one name.

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

struct Recent;

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    let query = Author::query().prefetch(Author::books().limit(3).named(Recent));
    let author = query.prefetch(Author::books().count().named(Recent)).find(&db, 1)?;
    println!("{}", author.named(Recent).len());
    Ok(())
}
