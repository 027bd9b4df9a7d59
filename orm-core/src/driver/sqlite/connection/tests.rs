//! How statements run, tested inside the driver where no query shows it.

use std::sync::{Arc, Mutex};

use rusqlite::StatementStatus;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;
use crate::access::Access;
use crate::ast::CallSite;
use crate::db::{Db, On, Transaction};
use crate::driver::sqlite::open::open;
use crate::driver::sqlite::options::SqliteOptions;
use crate::driver::sqlite::place::Place;
use crate::driver::{Capacity, Lease, Pool};
use crate::observe::{StatementKind, Threshold};
use crate::sql::Dialect;
use crate::sql::sqlite::Sqlite;
use crate::types::{Keys, SqlType};
use crate::value::{Value, ValueRef};

fn memory() -> SqliteConnection {
    open(&Place::Memory, Access::Write, &SqliteOptions::default()).expect("it opens")
}

/// Receives rows and drops them.
struct Ignore;

impl RowSink for Ignore {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_text_is_prepared_once() {
    let mut connection = memory();
    let text = "SELECT ?1";
    for number in 0..5 {
        connection.query(text, &[Param::Value(Value::Int(number))], &mut Ignore).expect("it runs");
    }
    let statement = connection.raw.prepare_cached(text).expect("it is prepared");
    assert_eq!(statement.get_status(StatementStatus::Run), 5);
}

#[test]
fn after_analyze_a_cached_statement_is_not_prepared_at_each_run() {
    let mut connection = memory();
    connection.batch("CREATE TABLE t (id INTEGER PRIMARY KEY, kind INTEGER)").expect("the table is created");
    connection.batch("CREATE INDEX t__kind ON t (kind)").expect("the index is created");
    let rows = "INSERT INTO t (kind) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
                SELECT i % 10 FROM n";
    connection.batch(rows).expect("the rows are inserted");
    connection.batch("ANALYZE").expect("the table is analyzed");
    let texts = [
        ("SELECT id FROM t WHERE kind > ?1", Param::Value(Value::Int(3))),
        ("SELECT t.id FROM rarray(?1) AS k CROSS JOIN t ON t.kind = +k.value", Param::Keys(Keys::Ints(vec![1, 2]))),
    ];
    for (text, param) in texts {
        for _ in 0..100 {
            connection.query(text, std::slice::from_ref(&param), &mut Ignore).expect("it runs");
        }
        let statement = connection.raw.prepare_cached(text).expect("it is prepared");
        assert_eq!(statement.get_status(StatementStatus::Run), 100);
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{text}");
    }
}

#[test]
fn a_full_disk_ends_the_transaction_and_is_told() {
    let mut connection = memory();
    connection.batch("CREATE TABLE t (content BLOB)").expect("the table is created");
    connection.raw.execute_batch("PRAGMA max_page_count = 10").expect("the limit is set");
    connection.batch("BEGIN IMMEDIATE").expect("the transaction begins");
    let error = connection.batch("INSERT INTO t VALUES (zeroblob(1000000))").unwrap_err();
    assert_eq!(error.to_string(), "the database reports: database or disk is full");
    assert!(!connection.in_transaction(), "SQLite has ended it by itself");
}

#[test]
fn keys_of_every_kind_arrive_as_they_are() {
    let mut connection = memory();
    let text = "SELECT k.rowid, typeof(k.value) FROM rarray(?1) AS k";
    let values = vec![
        Value::Int(i64::MIN),
        Value::Text("a\0'\"".into()),
        Value::Blob(vec![].into()),
        Value::Bool(true),
        Value::Real(-0.5),
        Value::Uuid([7; 16]),
    ];
    let mut types = Types::default();
    let keys = Param::Keys(Keys::Values { types: vec![SqlType::Text], values });
    connection.query(text, &[keys], &mut types).expect("it runs");
    assert_eq!(types.0, ["1 integer", "2 text", "3 blob", "4 integer", "5 real", "6 blob"]);
}

#[test]
fn keys_of_several_columns_arrive_as_they_are() {
    let mut connection = memory();
    let text = "SELECT k.key, typeof(k.value ->> 0) || (k.value ->> 1 = ?2) FROM json_each(?1) AS k";
    let awkward = Value::Text("\"\\/\u{8}\n\u{1f}\u{7f}\u{2028}\u{1F600}'],[1".into());
    let values = vec![Value::Int(i64::MIN), awkward.clone(), Value::Text("1".into()), Value::Text("".into())];
    let keys = Param::Keys(Keys::Values { types: vec![SqlType::Text; 2], values });
    let mut types = Types::default();
    connection.query(text, &[keys, Param::Value(awkward)], &mut types).expect("it runs");
    assert_eq!(types.0, ["0 integer1", "1 text0"]);
}

/// The first two columns of each row, as text.
#[derive(Default)]
struct Types(Vec<String>);

impl RowSink for Types {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let kind = match row.value(1) {
            Ok(ValueRef::Text(kind)) => kind.to_owned(),
            other => format!("{other:?}"),
        };
        self.0.push(format!("{} {kind}", row.number(0)?));
        Ok(())
    }
}

/// A pool of one connection that is always free.
struct One(Mutex<Option<SqliteConnection>>);

struct Lent<'p>(&'p One, Option<SqliteConnection>);

impl Pool for One {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn capacity(&self) -> Capacity {
        Capacity::alike(1, std::time::Duration::from_secs(30))
    }

    fn lend(&self, _: Access) -> Result<Lease<'_>> {
        Ok(Lease::new(Lent(self, self.0.lock().expect("nobody panicked").take())))
    }

    fn interrupt(&self) -> Result<()> {
        Ok(())
    }
}

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.1.as_mut().expect("the connection is lent once at a time")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().expect("nobody panicked") = self.1.take();
    }
}

/// Observers receive each statement that SQLite runs, and no other.
#[test]
fn there_are_as_many_events_as_statements() -> Result<()> {
    static RUN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut connection = memory();
    // A function whose result is ignored works with every supported version of the library.
    let trace: fn(TraceEvent<'_>) = |event| {
        if let TraceEvent::Stmt(statement, _) = event {
            RUN.lock().expect("nobody panicked").push(statement.sql().into_owned());
        }
    };
    let _ = connection.raw.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(trace));
    let told = Arc::new(Mutex::new(Vec::new()));
    let db = Db::new(Box::new(One(Mutex::new(Some(connection)))), Threshold::default());
    let log = Arc::clone(&told);
    db.on_statement(move |event| log.lock().expect("nobody panicked").push(event.sql.to_owned()));

    crate::sql::sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)").execute(&db)?;
    db.transaction(|transaction| {
        let insert = || crate::sql::sql("INSERT INTO t (name) VALUES (?1)").bind("a");
        insert().execute(transaction)?;
        let part = transaction.transaction(|part| insert().execute(part));
        assert!(part.is_err_and(|error| error.is_unique_violation()));
        crate::sql::sql("SELECT id FROM t").tuples::<(i64,)>(transaction).map(|_| ())
    })?;
    drop(db.begin()?);
    let wrong = crate::sql::sql("SELECT name FROM t").tuples::<(i64,)>(&db);
    assert!(wrong.is_err_and(|error| error.is_decode()));
    let told = told.lock().expect("nobody panicked");
    assert!(told.len() > 10);
    assert_eq!(*RUN.lock().expect("nobody panicked"), *told);
    Ok(())
}

/// If the changes of a savepoint cannot be rolled back, the transaction cannot be committed.
#[test]
fn a_savepoint_that_cannot_be_rolled_back_fails_its_transaction() -> Result<()> {
    let mut connection = memory();
    connection.batch("CREATE TABLE t (id INTEGER PRIMARY KEY)")?;
    let refuse = |context: AuthContext<'_>| match context.action {
        AuthAction::Savepoint { operation: TransactionOperation::Rollback, .. } => Authorization::Deny,
        _ => Authorization::Allow,
    };
    connection.raw.authorizer(Some(refuse)).expect("the hook is set");
    let db = Db::new(Box::new(One(Mutex::new(Some(connection)))), Threshold::default());
    let insert = |on: &Transaction<'_>| crate::sql::sql("INSERT INTO t VALUES (1)").execute(on);

    let transaction = db.begin()?;
    let failed = transaction.transaction(|part| insert(part).and_then(|_| Err::<(), _>(Error::invalid("no"))));
    assert!(failed.unwrap_err().is_invalid());
    let error = transaction.commit().unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    assert!(error.to_string().contains("a savepoint could not be rolled back"), "{error}");

    let transaction = db.begin()?;
    let failed = On::new(&transaction, CallSite::default()).run(Access::Write, |session| {
        session.atomic(|session| session.batch(StatementKind::Query, "INSERT INTO missing VALUES (1)"))
    });
    assert!(failed.is_err());
    assert!(transaction.commit().unwrap_err().is_transaction_lost());
    let rows = crate::sql::sql("SELECT id FROM t").tuples::<(i64,)>(&db)?;
    assert!(rows.is_empty(), "{rows:?}");
    Ok(())
}
