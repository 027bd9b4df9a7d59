//! A relation that was loaded under a name is not the relation itself.

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
    for author in Author::query().prefetch(Author::books().limit(3).named(Recent)).all(&db)? {
        println!("{}: {}", author.named(Recent).len(), author.books().len());
    }
    Ok(())
}
