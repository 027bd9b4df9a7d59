//! What shows in errors, and what does not.

use std::fmt::Write as _;
use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use orm::{Db, Error, sql};

use crate::support::{bank, new};

#[test]
fn adversarial_o112_the_detail_of_an_error_is_kept_apart() -> Result<(), Error> {
    let (db, _) = bank();
    new("a secret owner").insert(&db)?;
    let error = new("a secret owner").insert(&db).unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(error.sqlstate(), Some("23505"));
    assert!(error.constraint_name().is_some_and(|name| name.starts_with("accounts_owner")), "{error}");
    assert!(error.detail().is_some_and(|detail| detail.contains("a secret owner")));
    assert_secret(&error);

    // Errors in values quote them in the message itself.
    let text = "SELECT CAST(CAST($1 AS text) AS integer)";
    let error = sql(text).bind("a secret number").tuples::<(i32,)>(&db).unwrap_err();
    assert_eq!(error.sqlstate(), Some("22P02"));
    assert!(error.detail().is_some_and(|detail| detail.contains("a secret number")));
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

/// Keeps what is written to the log.
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
fn adversarial_o111_the_log_shows_neither_values_nor_passwords() -> Result<(), Error> {
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
