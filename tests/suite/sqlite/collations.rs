//! Columns with a collation, which decides whether related rows match and in which order they come.

use orm::{Model, Result, sql};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(books: Book)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Book {
    id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[test]
fn a_value_of_a_related_row_has_the_collation_of_its_column_everywhere() -> Result<()> {
    let db = db();
    for text in [
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE)",
        "CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL)",
        "INSERT INTO authors VALUES (1, 'bo'), (2, 'ANN'), (3, 'Cy')",
        "INSERT INTO books VALUES (1, 1), (2, 2), (3, 3)",
    ] {
        sql(text).execute(&db)?;
    }
    let name = || Book::author().value(Author::name());
    let ids = |query: orm::Query<Book>| query.select(Book::id()).all(&db);
    assert_eq!(ids(Book::query().order_by(name().asc()))?, [2, 1, 3]);
    assert_eq!(ids(Book::query().filter(name().eq("ann")))?, [2]);
    assert_eq!(Book::query().filter(name().eq("ann")).count(&db)?, 1);
    let nested = Author::books().any(name().eq("ann"));
    assert_eq!(Author::query().filter(nested).count(&db)?, 1);
    let page = Book::query().order_by(name().asc()).page(1).read(&db)?;
    assert_eq!(Book::query().order_by(name().asc()).page(9).after(page.next).read(&db)?.rows.len(), 2);
    assert_eq!(Book::rows_where(name().eq("ann")).delete(&db)?, 1);
    Ok(())
}
