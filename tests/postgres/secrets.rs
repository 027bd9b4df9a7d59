//! What errors contain, and what they do not.

use std::fmt::Write as _;
use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use orm::{Db, Error, Model, sql};

use crate::support::{Account, NewAccount, bank, new, run};

#[test]
fn the_detail_of_an_error_is_kept_apart() -> Result<(), Error> {
    let (db, _) = bank();
    new("a secret owner").insert(&db)?;
    let error = new("a secret owner").insert(&db).unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(error.sqlstate(), Some("23505"));
    assert!(error.constraint_name().is_some_and(|name| name.starts_with("accounts_owner")), "{error}");
    assert!(error.detail().is_some_and(|detail| detail.contains("a secret owner")));
    assert_secret(&error);

    // Errors in values quote the values in the message.
    let text = "SELECT CAST(CAST($1 AS text) AS integer)";
    let error = sql(text).bind("a secret number").tuples::<(i32,)>(&db).unwrap_err();
    assert_eq!(error.sqlstate(), Some("22P02"));
    assert!(error.detail().is_some_and(|detail| detail.contains("a secret number")));
    assert_secret(&error);
    Ok(())
}

/// A message by the author of a function may contain values of a row.
#[test]
fn the_message_of_a_function_is_kept_with_the_detail() -> Result<(), Error> {
    let (db, _) = bank();
    run(
        &db,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF NEW.balance = 1 THEN RAISE EXCEPTION 'no room for %', NEW.owner; END IF; \
         IF NEW.balance = 2 THEN RAISE unique_violation USING MESSAGE = 'again ' || NEW.owner; END IF; \
         IF NEW.balance = 3 THEN RAISE EXCEPTION 'late: %', NEW.owner USING ERRCODE = '57014'; END IF; \
         IF NEW.balance = 4 THEN ASSERT false, 'not ' || NEW.owner; END IF; \
         IF NEW.balance = 5 THEN RAISE EXCEPTION 'table \"%\"', NEW.owner USING ERRCODE = '42P01'; END IF; \
         RETURN NEW; END $$",
    );
    run(&db, "CREATE TRIGGER refuse BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION refuse()");
    for (balance, sqlstate) in [(1, "P0001"), (2, "23505"), (3, "57014"), (4, "P0004"), (5, "42P01")] {
        let error = NewAccount { owner: "a secret owner".into(), balance }.insert(&db).unwrap_err();
        assert_eq!(error.sqlstate(), Some(sqlstate));
        assert!(error.detail().is_some_and(|detail| detail.contains("a secret owner")), "{error}");
        assert_secret(&error);
        assert_eq!(error.is_unique_violation(), sqlstate == "23505");
        // Within a transaction, later errors name the first failure.
        let transaction = db.begin()?;
        NewAccount { owner: "a secret owner".into(), balance }.insert(&transaction).unwrap_err();
        assert_secret(&Account::query().count(&transaction).unwrap_err());
        assert_secret(&transaction.commit().unwrap_err());
    }
    assert!(new("a public owner").insert(&db).is_ok());

    // A quoted value may contain quotes.
    let error =
        sql("SELECT CAST(CAST($1 AS text) AS integer)").bind("1\" a secret \"2").tuples::<(i32,)>(&db).unwrap_err();
    assert_secret(&error);
    Ok(())
}

fn assert_secret(error: &Error) {
    let mut told = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(told, " {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!told.contains("secret"), "{told}");
}

/// Records what is written to the log.
struct Kept(Mutex<String>);

static KEPT: Kept = Kept(Mutex::new(String::new()));

impl Log for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let _ = writeln!(self.0.lock().expect("the log"), "{} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

#[test]
fn the_log_shows_neither_values_nor_passwords() -> Result<(), Error> {
    log::set_logger(&KEPT).expect("the only logger");
    log::set_max_level(LevelFilter::Trace);
    let (db, url) = bank();
    let db_with_password = Db::connect(&url.replacen("postgres@", "postgres:a-log-secret@", 1))?;
    new("a log secret").insert(&db_with_password)?;
    new("a log secret").insert(&db).unwrap_err();
    sql("SELECT CAST($1 AS text)").bind("a log secret").tuples::<(String,)>(&db)?;
    let shown = format!("{:?} {:?} {:?}", db, Db::postgres(), db.begin()?);
    let log = KEPT.0.lock().expect("the log");
    assert!(log.contains("tokio_postgres"), "the library writes to the log");
    assert!(!log.contains("log secret") && !log.contains("log-secret"), "{log}");
    assert!(!shown.contains("secret"));
    Ok(())
}
