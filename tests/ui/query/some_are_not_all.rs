//! Passing a limited relation to a function that needs the whole relation.

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

fn number(author: &impl AuthorRelations<Books = orm::Many<Book>>) -> usize {
    author.books().len()
}

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    for author in Author::query().prefetch(Author::books().filter(Book::id().gt(7))).all(&db)? {
        println!("{}", number(&author));
    }
    Ok(())
}
