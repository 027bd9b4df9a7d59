//! What logs, errors and `Debug` contain.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use orm::{Db, Error, Model, Result};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::database::{Shared, db, either, missing};
use crate::schemas::accounts::{Account, Entry, NewAccount, NewEntry, accounts_in};

/// Records every event and span, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    /// Calls a function, and returns what is logged in the meantime.
    fn of<T>(&self, work: impl FnOnce() -> T) -> T {
        tracing::subscriber::with_default(self.clone(), || {
            // Another test may have sent the first statement of all just when this log began, and found no subscriber,
            // which is cached until the next registration.
            let db = db();
            orm::sql("SELECT 1").tuples::<(i64,)>(&db).expect("there is a row");
            tracing_core::callsite::rebuild_interest_cache();
            self.0.lock().unwrap().clear();
            work()
        })
    }
}

struct Line<'l>(&'l mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("a text is written");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut log = self.0.lock().unwrap();
        log.push_str("span");
        span.record(&mut Line(&mut log));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        log.push_str("event");
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

const SECRET: &str = "hunter2-4711";

/// Secrets in every place where a value can occur, and the successful and failed calls with them.
fn secrets(db: &Db) -> Result<Vec<Error>> {
    let account = NewAccount { name: SECRET.into() }.insert(db)?;
    NewEntry { account_id: account.id, text: SECRET.into() }.insert(db)?;
    Account { name: format!("{SECRET}!"), ..account.clone() }.update(db)?;
    Account::rows_where(Account::name().eq(SECRET)).update(db, Account::name().set(SECRET))?;
    let condition = Account::name().contains(SECRET) | Account::name().in_([SECRET, "x"]);
    let query = Account::query().filter(condition).prefetch(Account::entries().filter(Entry::text().eq(SECRET)));
    query.all(db)?;
    let shown =
        [format!("{query:?}"), format!("{}", query.plan(db)?), format!("{:?}", query.plan(db)?), format!("{db:?}")];
    assert!(!shown.concat().contains(SECRET), "{shown:?}");
    let (returned, nowhere) = either(
        ("SELECT ?1", "SELECT ?1 FROM nowhere"),
        ("SELECT CAST($1 AS text)", "SELECT CAST($1 AS text) FROM nowhere"),
    );
    orm::sql(returned).bind(SECRET).tuples::<(String,)>(db)?;
    let errors = [
        Account { id: 99, name: format!("{SECRET}!") }.insert(db).err(),
        NewEntry { account_id: 12, text: SECRET.into() }.insert(db).err(),
        orm::sql(returned).bind(SECRET).tuples::<(i64,)>(db).err(),
        orm::sql(nowhere).bind(SECRET).tuples::<(String,)>(db).err(),
        Account::query().filter(Account::name().contains(format!("{SECRET}\0"))).all(db).err(),
        Account::query().filter(Account::name().eq(SECRET)).find(db, 4).err(),
        db.transaction(|_| Err::<(), _>(Account::find(db, 77).unwrap_err())).err(),
    ];
    Ok(errors.into_iter().map(|error| error.expect("it goes wrong")).collect())
}

#[test]
fn no_value_is_shown_at_any_level() -> Result<()> {
    let log = Log::default();
    let file = Shared::new();
    let db = accounts_in(&file);
    let errors = log.of(|| secrets(&db))?;
    let mut log = std::mem::take(&mut *log.0.lock().unwrap());
    assert!(log.contains("INSERT INTO") && log.contains("error="), "the log is not one: {log}");
    for error in errors {
        write!(log, "{error} {error:?} {error:#?}").expect("a text is written");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            write!(log, "{error} {error:?}").expect("a text is written");
            source = error.source();
        }
    }
    assert!(!log.contains("hunter2"), "{log}");
    Ok(())
}

/// Names that an attacker chose occur in the errors of a database.
#[test]
fn texts_of_errors_cannot_forge_lines_or_colours() {
    let (log, db) = (Log::default(), db());
    let texts = [
        "SELECT 1 FROM \"no\u{1b}[31m\r\nERROR forged\"",
        "SELECT \"a\u{7}b\nc\"",
        "INSERT INTO \"x\u{9b}31m\" VALUES (1)",
        "SELECT raise_\u{85}()",
        "SELEC\u{1b}[2J",
    ];
    let errors: Vec<Error> = log.of(|| {
        texts
            .map(|text| orm::sql(text).writing().tuples::<(i64,)>(&db).expect_err("there is nothing of the kind"))
            .into()
    });
    let missing = missing();
    for error in errors.iter().chain([&missing]) {
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(char::is_control), "{shown:?}");
        }
    }
    let log = log.0.lock().unwrap();
    // A database may begin and end a transaction around each of them.
    let failed = log.lines().filter(|line| line.contains(" error=")).count();
    assert_eq!(failed, texts.len(), "a line for each statement: {log}");
    assert!(log.lines().all(|line| line.starts_with("event ")), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}
