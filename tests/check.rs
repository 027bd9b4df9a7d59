//! Models compared with the live database.
#![expect(missing_docs, reason = "the models and names of a test explain themselves")]

use orm::{Db, Model};

#[derive(Model)]
#[has_many(books: Book)]
pub struct Author {
    id: i64,
    name: String,
    born: Option<i32>,
}

#[derive(Model)]
pub struct Book {
    id: i64,
    title: String,
    price: f64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
pub struct Shelf {
    id: i64,
    label: String,
}

#[test]
fn what_was_created_from_the_models_agrees_with_them() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Author, Book, Shelf)>()?;
    assert_eq!(db.check::<(Author, Book, Shelf)>()?, []);
    Ok(())
}

#[derive(Model)]
pub struct Setting {
    id: i64,
    #[model(db_default = "it's")]
    name: String,
    #[model(db_default = 7)]
    level: i64,
    #[model(db_default = true)]
    on: bool,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    since: String,
    #[model(db_default = 1)]
    more: i64,
    #[model(db_default = sql("1 + 1"))]
    two: i64,
}

#[test]
fn defaults_are_compared_as_the_database_tells_them() -> orm::Result<()> {
    let db = Db::memory()?;
    let table = "CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'its', \
         level INTEGER NOT NULL DEFAULT (+7), \"on\" INTEGER NOT NULL DEFAULT 1, since TEXT NOT NULL)";
    orm::sql(table).execute(&db)?;
    let texts: Vec<String> = db.check::<Setting>()?.iter().map(ToString::to_string).collect();
    let expected = [
        "`Setting`: column `settings.name` has the default `'its'`, where `'it''s'` is expected",
        "`Setting`: column `settings.since` has no default, where `(CURRENT_TIMESTAMP)` is expected",
        "`Setting`: table `settings` has no column `more`; to mend it: \
         ALTER TABLE \"settings\" ADD COLUMN \"more\" INTEGER NOT NULL DEFAULT 1",
        // What is not the same for all rows cannot be added to those that are there.
        "`Setting`: table `settings` has no column `two`",
    ];
    assert_eq!(texts, expected);
    Ok(())
}

#[test]
fn every_difference_is_listed_at_once_with_what_mends_it() -> orm::Result<()> {
    let db = Db::memory()?;
    let tables = [
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE books (id INTEGER PRIMARY KEY, title INTEGER NOT NULL, price NUMERIC(10,2) NOT NULL, \
         author_id INTEGER NOT NULL, more TEXT)",
    ];
    tables.into_iter().try_for_each(|table| orm::sql(table).execute(&db).map(|_| ()))?;
    let differences = db.check::<(Author, Book, Shelf)>()?;
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let expected = [
        "`Author`: column `authors.name` may be NULL, and the field is no `Option`",
        "`Author`: table `authors` has no column `born`; to mend it: \
         ALTER TABLE \"authors\" ADD COLUMN \"born\" INTEGER",
        "`Book`: column `books.title` is `INTEGER`, where `TEXT` is expected",
        "`Book`: no index of table `books` begins with author_id; to mend it: \
         CREATE INDEX \"books__author_id\" ON \"books\" (\"author_id\")",
        "`Shelf`: the database has no table `shelves`; to mend it: \
         CREATE TABLE \"shelves\" (\n  \"id\" INTEGER NOT NULL PRIMARY KEY,\n  \"label\" TEXT NOT NULL\n)",
    ];
    // The plural has no dictionary: a shelf makes shelfs.
    assert_eq!(texts, expected.map(|text| text.replace("shelves", "shelfs")));
    for mend in differences.into_iter().filter_map(|difference| difference.mend) {
        orm::sql(orm::TrustedSql(mend)).execute(&db)?;
    }
    assert_eq!(db.check::<(Author, Book, Shelf)>()?.len(), 2, "what no single statement mends is left");
    Ok(())
}
