//! Files that other programs made, with what SQLite takes by default and this library does not.

use orm::{Db, Model, Result};

use crate::database::Shared as File;

#[derive(Model, Debug, PartialEq)]
struct Product {
    id: i64,
    name: String,
}

/// Each change is noted by a trigger whose function takes a string in double quotes, and so does a view.
const SHOP: &str = "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE changes (at TEXT);
    CREATE TRIGGER noted AFTER INSERT ON products BEGIN INSERT INTO changes VALUES (datetime(\"now\")); END;
    CREATE VIEW numbers AS SELECT \"P-\" || id AS number FROM products;";

#[test]
fn strings_in_double_quotes_of_a_trigger_need_an_option_that_the_error_names() -> Result<()> {
    let file = File::new();
    file.raw().execute_batch(SHOP).unwrap();
    let db = file.open();
    let new = || NewProduct { name: "Lamp".into() };
    let error = new().insert(&db).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a trigger or view of the database uses \"now\", and there is no such column; if it is meant as a string, \
         write 'now' there, or open the file with the option `double_quoted_strings(true)`"
    );
    assert!(error.is_schema_mismatch() && error.column() == Some("now"), "{error:?}");
    let error = orm::sql("SELECT number FROM numbers").tuples::<(String,)>(&db).unwrap_err();
    assert!(error.to_string().contains("uses \"P-\""), "{error}");
    assert_eq!(Product::query().count(&db)?, 0);

    let db = Db::sqlite().double_quoted_strings(true).open(file.path())?;
    assert_eq!(new().insert(&db)?.id, 1);
    assert_eq!(orm::sql("SELECT number FROM numbers").tuples::<(String,)>(&db)?, [("P-1".to_owned(),)]);
    assert_eq!(file.pairs("SELECT count(*), 0 FROM changes"), [(1, 0)]);
    Ok(())
}

#[test]
fn a_misspelt_column_stays_a_missing_column() -> Result<()> {
    let file = File::new();
    file.raw().execute_batch(SHOP).unwrap();
    let error = orm::sql("SELECT \"nmae\" FROM products").tuples::<(String,)>(&file.open()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database has no column `nmae`; add it, or name the column with `#[model(column = \"..\")]`"
    );
    // Who opens the file so gets what SQLite gives everybody.
    let db = Db::sqlite().double_quoted_strings(true).open(file.path())?;
    assert_eq!(orm::sql("SELECT \"nmae\"").tuples::<(String,)>(&db)?, [("nmae".to_owned(),)]);
    let memory = Db::sqlite().double_quoted_strings(true).memory()?;
    assert_eq!(orm::sql("SELECT \"nmae\"").tuples::<(String,)>(&memory)?, [("nmae".to_owned(),)]);
    Ok(())
}

#[derive(Model, Debug)]
struct Mail {
    id: i64,
    server: String,
}

#[derive(Model, Debug)]
struct Server {
    id: i64,
    name: String,
}

/// The foreign key refers to a column that is not unique.
const MAILS: &str = "CREATE TABLE servers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE mails (id INTEGER PRIMARY KEY, server TEXT NOT NULL REFERENCES servers (name));";

#[test]
fn a_foreign_key_to_what_is_no_key_needs_an_option_that_the_error_names() -> Result<()> {
    let file = File::new();
    file.raw().execute_batch(MAILS).unwrap();
    let db = file.open();
    let server = || NewServer { name: "mx".into() };
    for error in [NewMail { server: "mx".into() }.insert(&db).unwrap_err(), server().insert(&db).unwrap_err()] {
        assert_eq!(
            error.to_string(),
            "a foreign key of table `mails` refers to columns of `servers` that are no unique key, so that neither table \
             can be written; add a unique index on these columns, \
             or open the file with the option `foreign_keys(false)`"
        );
        assert!(error.is_schema_mismatch() && error.table() == Some("mails"), "{error:?}");
    }

    let db = Db::sqlite().foreign_keys(false).open(file.path())?;
    NewMail { server: "mx".into() }.insert(&db)?;
    NewMail { server: "nowhere".into() }.insert(&db)?;
    server().insert(&db)?.delete(&db)?;
    assert_eq!((Mail::query().count(&db)?, Server::query().count(&db)?), (2, 0));
    Ok(())
}
