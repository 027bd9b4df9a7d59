//! What the pool does with connections that it cannot lend again unchanged.

use rusqlite::hooks::{AuthAction, Authorization, TransactionOperation};
use tempfile::TempDir;

use super::*;
use crate::db::Db;
use crate::observe::Threshold;
use crate::types::Param;
use crate::value::Value;

impl SqliteConnection {
    /// Makes SQLite refuse each `ROLLBACK`, or accept it again.
    fn refuse_rollbacks(&mut self, refuse: bool) {
        let hook = |context: rusqlite::hooks::AuthContext<'_>| match context.action {
            AuthAction::Transaction { operation: TransactionOperation::Rollback } => Authorization::Deny,
            _ => Authorization::Allow,
        };
        self.raw_mut().authorizer(refuse.then_some(hook)).expect("the hook is set");
    }
}

/// A pool of a file with an empty table.
fn pool_of_file(directory: &TempDir) -> SqlitePool {
    let pool = SqlitePool::file(directory.path().join("test.db"), SqliteOptions::default()).expect("the file opens");
    write(&pool, "CREATE TABLE t (id INTEGER PRIMARY KEY)").expect("the table is created");
    pool
}

fn write(pool: &SqlitePool, text: &str) -> Result<u64> {
    pool.lease(Access::Write)?.sqlite().execute(text, &[])
}

fn insert(pool: &SqlitePool, id: i64) -> Result<u64> {
    pool.lease(Access::Write)?.sqlite().execute("INSERT INTO t VALUES (?1)", &[Param::Value(Value::Int(id))])
}

/// The keys in the table, read on another connection.
fn keys(db: &Db) -> Vec<i64> {
    let keys = crate::sql::sql("SELECT id FROM t ORDER BY id").tuples::<(i64,)>(db).expect("the table is read");
    keys.into_iter().map(|(key,)| key).collect()
}

/// Begins a transaction, writes in it, and returns the connection while `ROLLBACK` fails.
fn leave_a_transaction(pool: &SqlitePool, access: Access, text: &str) {
    let mut lent = pool.lease(access).expect("a connection is free");
    lent.connection.as_mut().expect("it is open").refuse_rollbacks(true);
    lent.sqlite().batch("BEGIN").expect("the transaction begins");
    lent.sqlite().query(text, &[], &mut Ignored).or_else(|_| lent.sqlite().batch(text)).expect("it runs");
    assert!(lent.sqlite().batch("ROLLBACK").is_err());
    assert!(lent.sqlite().in_transaction());
}

struct Ignored;

impl crate::row::RowSink for Ignored {
    fn row(&mut self, _: crate::row::Row<'_>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_cannot_roll_back_is_closed_and_replaced() -> Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let pool = pool_of_file(&directory);
    leave_a_transaction(&pool, Access::Write, "INSERT INTO t VALUES (1)");
    assert!(pool.lock().connections.writers.free.is_empty() && pool.lock().connections.writers.open == 0);
    insert(&pool, 2)?;
    assert!(!pool.lease(Access::Write)?.sqlite().in_transaction());
    assert_eq!(keys(&Db::open(directory.path().join("test.db"))?), [2]);
    Ok(())
}

#[test]
fn a_reader_that_cannot_roll_back_is_closed_and_replaced() -> Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let pool = pool_of_file(&directory);
    leave_a_transaction(&pool, Access::Read, "SELECT id FROM t");
    assert_eq!(pool.lock().connections.readers.open, 0);
    insert(&pool, 1)?;
    assert_eq!(keys(&Db::new(Box::new(pool), Threshold::default())), [1], "a new reader does not see the old state");
    Ok(())
}

#[test]
fn a_free_connection_in_a_transaction_is_not_lent() -> Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let pool = pool_of_file(&directory);
    pool.lock().connections.writers.free[0].batch("BEGIN")?;
    insert(&pool, 1)?;
    pool.lock().connections.writers.free[0].refuse_rollbacks(true);
    pool.lock().connections.writers.free[0].batch("BEGIN")?;
    insert(&pool, 2)?;
    assert_eq!(keys(&Db::open(directory.path().join("test.db"))?), [1, 2], "they are committed");
    Ok(())
}

#[test]
fn a_database_in_memory_is_kept_and_not_used_in_an_old_transaction() -> Result<()> {
    let pool = SqlitePool::memory(SqliteOptions::default())?;
    write(&pool, "CREATE TABLE t (id INTEGER PRIMARY KEY)")?;
    insert(&pool, 1)?;
    leave_a_transaction(&pool, Access::Write, "INSERT INTO t VALUES (2)");
    for _ in 0..2 {
        let error = insert(&pool, 3).unwrap_err();
        assert!(error.is_transaction_lost(), "{error}");
    }
    pool.lock().connections.writers.free[0].refuse_rollbacks(false);
    insert(&pool, 4)?;
    assert_eq!(keys(&Db::new(Box::new(pool), Threshold::default())), [1, 4]);
    Ok(())
}

/// SQLite opens a file for reading only if a temporary failure prevents it from opening the file for writing.
#[test]
fn a_writer_that_cannot_write_is_opened_again() -> Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let pool = pool_of_file(&directory);
    let read_only = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    let mut unlucky = open(&pool.place, Access::Write, &read_only)?;
    unlucky.expect_to_write();
    pool.lock().connections.writers.free = vec![Box::new(unlucky)];
    let error = insert(&pool, 1).unwrap_err();
    assert!(error.is_read_only(), "{error}");
    insert(&pool, 2)?;
    assert_eq!(keys(&Db::new(Box::new(pool), Threshold::default())), [2]);
    Ok(())
}

#[test]
fn a_file_that_is_gone_is_no_empty_database() {
    let directory = tempfile::tempdir().expect("a directory is created");
    let pool = pool_of_file(&directory);
    std::fs::rename(directory.path().join("test.db"), directory.path().join("moved.db")).expect("it is moved");
    let Err(error) = pool.lease(Access::Read) else { panic!("a reader is opened") };
    assert!(error.is_open_failure(), "{error}");
    assert!(!directory.path().join("test.db").exists());
}
