//! Keys that a model declares and a table does not enforce, where the database treats different texts as equal.

use orm::{Model, Result, assert_queries, sql};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
struct Word {
    #[model(primary_key)]
    word: String,
}

#[test]
fn a_page_does_not_end_between_texts_that_are_equal_to_the_database() -> Result<()> {
    let db = db();
    sql("CREATE TABLE words (word TEXT COLLATE NOCASE)").execute(&db)?;
    sql("INSERT INTO words VALUES ('a'), ('b'), ('B'), ('c')").execute(&db)?;
    assert_eq!(assert_queries!(&db, 1, Word::query().page(1).read(&db))?.rows.len(), 1);
    let error = assert_queries!(&db, 2, Word::query().page(2).read(&db)).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!(Word::query().page(3).read(&db)?.rows.len(), 3);
    Ok(())
}

#[test]
fn a_page_ends_between_texts_that_differ_in_case() -> Result<()> {
    let db = db();
    sql("CREATE TABLE words (word TEXT PRIMARY KEY)").execute(&db)?;
    sql("INSERT INTO words VALUES ('A'), ('a'), ('a ')").execute(&db)?;
    let words = Word::query().chunks(&db).of_size(1).collect::<Result<Vec<_>>>()?.concat();
    assert_eq!(words.len(), 3);
    Ok(())
}
