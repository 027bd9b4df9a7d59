//! A 32-bit foreign key that refers to a 64-bit key would match nothing in memory.

use orm::Model;

#[derive(Model)]
#[has_many(books: Book)]
struct Author {
    id: i64,
}

#[derive(Model)]
struct Book {
    id: i64,
    author_id: i32,
}

#[derive(Model)]
struct Review {
    id: i64,
    #[belongs_to(book: Book)]
    book_id: Option<i32>,
}

fn main() {}
