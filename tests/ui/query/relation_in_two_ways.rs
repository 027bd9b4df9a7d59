//! Loading a relation whole and filtered, without a name for one of them.

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
    let some = Author::books().filter(Book::title().eq("Kindred"));
    let _ = Author::query().prefetch(Author::books()).prefetch(some);
}
