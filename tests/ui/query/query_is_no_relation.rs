//! A query is not a relation, even if it returns rows of the right type.

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

fn main() {
    let _ = Author::query().prefetch(Book::query());
}
