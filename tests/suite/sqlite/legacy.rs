//! Files of other programs, with features that SQLite accepts by default and this library does not.

use orm::{Db, Model, Result};

use crate::database::Shared as File;

#[derive(Model, Debug, PartialEq)]
struct Product {
    id: i64,
    name: String,
}

/// A trigger records each change. Its function takes a string in double quotes, and so does a view.
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
    assert_eq!(error.to_string(), "the database has no column `nmae`; correct the name in the SQL, or add the column");
    // With these options, the file opens with SQLite's defaults.
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
    // SQLite only accepts a row to which nothing can refer yet.
    let written = server().insert(&db)?;
    for error in [NewMail { server: "mx".into() }.insert(&db).unwrap_err(), written.delete(&db).unwrap_err()] {
        assert_eq!(
            error.to_string(),
            "a foreign key of table `mails` refers to columns of `servers` that are not a unique key, so neither \
             table can be written; add a unique index on these columns, or open the file with the option \
             `foreign_keys(false)`"
        );
        assert!(error.is_schema_mismatch() && error.table() == Some("mails"), "{error:?}");
    }

    let db = Db::sqlite().foreign_keys(false).open(file.path())?;
    NewMail { server: "mx".into() }.insert(&db)?;
    NewMail { server: "nowhere".into() }.insert(&db)?;
    server().insert(&db)?.delete(&db)?;
    assert_eq!((Mail::query().count(&db)?, Server::query().count(&db)?), (2, 1));
    Ok(())
}

fn texts(differences: &[orm::Difference]) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}

#[test]
fn a_broken_view_is_a_difference_of_the_model_that_names_it_alone() -> Result<()> {
    #[derive(Model)]
    #[model(table = "numbers")]
    struct Number {
        #[model(primary_key)]
        number: String,
    }
    let file = File::new();
    file.raw().execute_batch(SHOP).unwrap();
    file.raw().execute_batch("CREATE VIEW lost AS SELECT * FROM nowhere").unwrap();
    let db = file.open();
    assert_eq!(db.check::<Product>()?, []);
    let found = db.check::<(Product, Number)>()?;
    let expected = "`Number`: `numbers` cannot be read: a trigger or view of the database uses \"P-\"";
    assert!(found.len() == 1 && found[0].to_string().starts_with(expected), "{found:?}");
    let db = Db::sqlite().double_quoted_strings(true).open(file.path())?;
    assert_eq!(db.check::<(Product, Number)>()?, []);
    Ok(())
}

#[test]
fn a_foreign_key_to_what_is_no_key_is_a_difference_with_the_index_that_fixes_it() -> Result<()> {
    let file = File::new();
    file.raw().execute_batch(MAILS).unwrap();
    let db = file.open();
    let found = db.check::<Mail>()?;
    let expected = "`Mail`: the foreign key from `mails` (server) refers to `servers` (name), which is not a unique \
                    key, so neither table can be written while foreign keys are enforced; to fix it: CREATE UNIQUE \
                    INDEX \"servers__name__key\" ON \"servers\" (\"name\")";
    assert_eq!(texts(&found), [expected]);
    orm::sql(orm::TrustedSql(found[0].fix.clone().unwrap())).execute(&db)?;
    assert_eq!(db.check::<(Mail, Server)>()?, []);
    NewServer { name: "mx".into() }.insert(&db)?;
    NewMail { server: "mx".into() }.insert(&db)?;

    // A key that names no columns of a table without a primary key, and one to a missing table.
    for target in ["plain", "nowhere"] {
        let file = File::new();
        let text = format!(
            "CREATE TABLE plain (a); CREATE TABLE mails (id INTEGER PRIMARY KEY, server TEXT NOT NULL REFERENCES {target})"
        );
        file.raw().execute_batch(&text).unwrap();
        let found = file.open().check::<Mail>()?;
        assert!(matches!(&found[..], [one] if one.fix.is_none()), "{found:?}");
        let expected = format!("the foreign key from `mails` (server) refers to `{target}`, which is not a unique key");
        assert!(found[0].to_string().contains(&expected), "{}", found[0]);
    }
    Ok(())
}

#[test]
fn a_key_that_is_not_the_rowid_is_a_difference() -> Result<()> {
    let tables = [
        ("id INTEGER PRIMARY KEY, name TEXT NOT NULL", None),
        ("name TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (id)", None),
        ("id BIGINT PRIMARY KEY, name TEXT NOT NULL", Some(1)),
        ("id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL", Some(1)),
        ("id INT PRIMARY KEY, name TEXT NOT NULL", Some(1)),
        // A quirk of SQLite: with this keyword, the column is not the rowid.
        ("id INTEGER PRIMARY KEY DESC, name TEXT NOT NULL", Some(1)),
    ];
    for (columns, differences) in tables {
        let file = File::new();
        file.raw().execute_batch(&format!("CREATE TABLE products ({columns})")).unwrap();
        let found = file.open().check::<Product>()?;
        assert_eq!(found.len(), differences.unwrap_or(0), "{columns}: {found:?}");
        let text = "`Product`: the database does not assign the key `products.id`; declare it as `INTEGER PRIMARY KEY`";
        assert!(texts(&found).iter().all(|found| found == text), "{columns}: {found:?}");
    }
    let file = File::new();
    let without = "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID";
    file.raw().execute_batch(without).unwrap();
    assert_eq!(file.open().check::<Product>()?.len(), 1);
    Ok(())
}

#[test]
fn keys_that_are_null_are_a_difference() -> Result<()> {
    #[derive(Model)]
    #[model(table = "countries")]
    struct Country {
        #[model(primary_key)]
        code: String,
    }
    for (definition, differences) in [
        ("(code TEXT PRIMARY KEY)", 1),
        ("(code TEXT NOT NULL PRIMARY KEY)", 0),
        ("(code TEXT PRIMARY KEY) WITHOUT ROWID", 0),
        ("(code TEXT PRIMARY KEY) STRICT", 0),
        ("(code TEXT NOT NULL UNIQUE)", 0),
    ] {
        let file = File::new();
        file.raw().execute_batch(&format!("CREATE TABLE countries {definition}")).unwrap();
        file.raw().execute_batch("INSERT INTO countries VALUES ('de')").unwrap();
        assert_eq!(file.open().check::<Country>()?, [], "{definition}");
        // SQLite refuses the row if the key may not be `NULL`.
        let _ = file.raw().execute_batch("INSERT INTO countries VALUES (NULL)");
        let found = file.open().check::<Country>()?;
        assert_eq!(found.len(), differences, "{definition}: {found:?}");
        let text = "`Country`: column `countries.code` of the primary key is NULL in some row, as SQLite allows";
        assert!(texts(&found).iter().all(|found| found == text), "{found:?}");
    }
    Ok(())
}
