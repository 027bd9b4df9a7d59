//! SQL of the user's own: bound, decoded by column name or position, and refused when something is off.

use orm::{Db, Model, Result, TrustedSql, assert_queries};

use crate::database::{Shared, either};

use super::support::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(books: Book)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Book {
    id: i64,
    title: String,
    #[belongs_to(author: Author)]
    author_id: i64,
}

fn library() -> Result<Db> {
    let db = db();
    db.create_tables::<(Author, Book)>()?;
    orm::insert_many(&db, ["Ada", "Ben"].map(|name| NewAuthor { name: name.into() }))?;
    orm::insert_many(&db, ["One", "Two"].map(|title| NewBook { title: title.into(), author_id: 1 }))?;
    Ok(db)
}

#[test]
fn models_are_read_by_column_name_and_can_be_given_relations() -> Result<()> {
    let db = library()?;
    let text = "SELECT 7 AS extra, upper(name) AS name, id FROM authors WHERE id < $1 ORDER BY id DESC";
    let authors: Vec<Author> = orm::sql(text).bind(3).rows(&db)?;
    assert_eq!(authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["BEN", "ADA"]);
    let authors = assert_queries!(&db, 1, orm::prefetch(&db, authors, Author::books())?);
    assert_eq!(authors[1].books().len(), 2);
    Ok(())
}

#[test]
fn tuples_are_read_by_position() -> Result<()> {
    let db = library()?;
    let text =
        "SELECT name, count(b.id) FROM authors a LEFT JOIN books b ON b.author_id = a.id GROUP BY a.id ORDER BY a.id";
    let counts: Vec<(String, i64)> = orm::sql(text).tuples(&db)?;
    assert_eq!(counts, [("Ada".to_owned(), 2), ("Ben".to_owned(), 0)]);
    let nothing: Vec<(Option<i64>,)> = orm::sql("SELECT NULL").tuples(&db)?;
    assert_eq!(nothing, [(None,)]);
    let error = orm::sql("SELECT name FROM authors").tuples::<(i64,)>(&db).expect_err("text is no number");
    assert!(error.is_decode() && error.column() == Some("name"), "{error}");
    let error = orm::sql("SELECT 1").tuples::<(i64, i64)>(&db).expect_err("one column is not two");
    assert!(error.is_decode(), "{error}");
    Ok(())
}

#[test]
fn rows_are_changed_and_returned() -> Result<()> {
    let db = library()?;
    let text = "UPDATE books SET title = $1 WHERE id = $2";
    let changed = orm::sql(text).bind("'; --").bind(1).execute(&db)?;
    assert_eq!((changed, Book::find(&db, 1)?.title.as_str()), (1, "'; --"));
    let books: Vec<Book> = orm::sql("DELETE FROM books RETURNING *").returning(&db)?;
    assert_eq!((books.len(), Book::query().count(&db)?), (2, 0));
    Ok(())
}

#[test]
fn what_is_off_is_refused_before_anything_runs() -> Result<()> {
    let db = library()?;
    let one = "DELETE FROM books WHERE id = $1";
    let invalid = |sql: orm::RawSql| sql.execute(&db).is_err_and(|error| error.is_invalid());
    assert!(invalid(orm::sql("DELETE FROM books; DELETE FROM authors")));
    assert!(invalid(orm::sql(one)));
    assert!(invalid(orm::sql(one).bind(1).bind(2)));
    assert!(invalid(orm::sql("DELETE FROM books").bind(1)));
    assert!(invalid(orm::sql(TrustedSql("DELETE FROM books\0 WHERE id = 1".to_owned()))));
    assert!(invalid(orm::sql("   ")));
    assert!(orm::sql(one).bind(u64::MAX).execute(&db).is_err_and(|e| e.is_encode()));
    let error = orm::sql("SELECT \"nosuch\" FROM books").tuples::<(String,)>(&db).expect_err("no such column");
    assert!(error.is_schema_mismatch(), "{error}");
    let error = orm::sql("SELECT id FROM books").rows::<Book>(&db).expect_err("columns are missing");
    assert!(error.is_schema_mismatch() && error.column() == Some("title"), "{error}");
    assert_eq!(Book::query().count(&db)?, 2);
    assert_eq!(orm::sql("DELETE FROM books -- all of them").execute(&db)?, 2);
    Ok(())
}

#[test]
fn a_reading_call_cannot_write() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<(Author, Book)>()?;
    let error = orm::sql("INSERT INTO authors (name) VALUES ('x') RETURNING *").rows::<Author>(&db);
    assert!(error.is_err_and(|error| error.is_read_only()));
    assert_eq!(Author::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn parameters_are_written_with_dollars_on_every_database_in_any_order() -> Result<()> {
    let db = library()?;
    let text = "SELECT id, name FROM authors WHERE name <> $2 AND id >= $1 AND name <> $2 AND name <> '$3' ORDER BY id";
    let found: Vec<(i64, String)> = orm::sql(text).bind(1).bind("Ada").tuples(&db)?;
    assert_eq!(found, [(2, "Ben".to_owned())]);
    let changed = orm::sql("UPDATE books SET title = $2 WHERE id = $1").bind(2).bind("2").execute(&db)?;
    assert_eq!((changed, Book::find(&db, 2)?.title.as_str()), (1, "2"));
    let authors: Vec<Author> =
        orm::sql("SELECT * FROM authors WHERE name = $2 AND id = $1").bind(1).bind("Ada").rows(&db)?;
    assert_eq!(authors.len(), 1);
    let many = "SELECT $12 || $11 || $10 || $9 || $8 || $7 || $6 || $5 || $4 || $3 || $2 || $1";
    let many = "abcdefghijkl".chars().fold(orm::sql(many), |sql, letter| sql.bind(letter.to_string()));
    assert_eq!(many.tuples::<(String,)>(&db)?, [("lkjihgfedcba".to_owned(),)]);
    Ok(())
}

#[test]
fn parameters_and_values_that_do_not_match_are_an_error_before_anything_runs() -> Result<()> {
    let db = library()?;
    for (text, values) in [
        ("DELETE FROM books WHERE id = $1", 0),
        ("DELETE FROM books WHERE id = $1", 2),
        ("DELETE FROM books WHERE id = $2", 1),
        ("DELETE FROM books WHERE id = $1 OR id = $3", 2),
    ] {
        let statement = (0..values).fold(orm::sql(text), |sql, value| sql.bind(i64::from(value)));
        let error = statement.execute(&db).expect_err(text);
        assert!(error.is_invalid() || error.sqlstate() == Some("42P18"), "{text}: {error}");
    }
    assert_eq!(Book::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn parameters_of_another_database_say_what_to_write() -> Result<()> {
    let db = library()?;
    for text in ["SELECT id FROM authors WHERE id = ?1", "SELECT id FROM authors WHERE id = ?"] {
        let found = orm::sql(text).bind(2).tuples::<(i64,)>(&db);
        if either(true, false) {
            assert_eq!(found?, [(2,)]);
        } else {
            let error = found.expect_err("an operator without a left side");
            let expected =
                "`?` is an operator to PostgreSQL; write parameters as `$1`, `$2`, …, which every database takes";
            assert!(error.is_invalid() && error.to_string() == expected, "{error}");
        }
    }
    let error =
        orm::sql("SELECT id FROM authors WHERE id = ?1 AND name = $2").bind(2).bind("Ben").tuples::<(i64,)>(&db);
    assert!(error.expect_err("two kinds of parameters").is_invalid());
    Ok(())
}
