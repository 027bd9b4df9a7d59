//! What runs on a connection for a moment, what is broken off, and that nothing remains of the limit.

use super::super::options::SqliteOptions;
use super::super::pool::SqlitePool;
use super::*;
use crate::driver::{Brief, Pool};
use crate::row::Row;

const LIMIT: Duration = Duration::from_secs(60);
const SHORT: &str = "SELECT 1";
/// About a million steps.
const LONG: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n";
/// Hours.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n";

#[derive(Default)]
struct Counted(usize);

impl RowSink for Counted {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        self.0 += 1;
        Ok(())
    }
}

fn memory() -> SqlitePool {
    SqlitePool::memory(SqliteOptions::default()).expect("a database in memory opens")
}

fn read(connection: &mut dyn Connection, text: &str) -> Result<usize> {
    let mut counted = Counted::default();
    connection.query(text, &[], &mut counted).map(|()| counted.0)
}

/// Reads on the connection of a pool, without a limit of this module.
fn read_later(pool: &SqlitePool, text: &str) -> Result<usize> {
    let mut count = Ok(0);
    pool.with(Access::Read, &mut |connection| count = read(connection, text))?;
    count
}

#[test]
fn a_short_statement_is_answered() {
    let mut told = None;
    let brief = memory().briefly(LIMIT, &mut |connection| {
        let began = Instant::now();
        assert_eq!(read(connection, SHORT).expect("it is read"), 1);
        told = connection.took(began);
    });
    assert_eq!(brief, Brief::Whole);
    assert!(told.is_some());
}

#[test]
fn a_long_statement_is_broken_off_and_not_told_of() {
    let pool = memory();
    for text in [LONG, ENDLESS] {
        let brief = pool.briefly(Duration::ZERO, &mut |connection| {
            let began = Instant::now();
            assert!(read(connection, text).is_err());
            assert!(connection.took(began).is_none());
            assert!(read(connection, SHORT).is_err(), "the work is over");
        });
        assert_eq!(brief, Brief::BrokenOff);
    }
    assert_eq!(read_later(&pool, LONG).expect("the connection has no limit any more"), 1);
}

#[test]
fn work_that_begins_with_something_else_is_broken_off() {
    type Call = fn(&mut dyn Connection) -> Result<()>;
    let calls: [Call; 6] = [
        |connection| connection.begin(Access::Read, "BEGIN"),
        |connection| connection.batch(SHORT),
        |connection| connection.execute(SHORT, &[]).map(drop),
        |connection| connection.commit(Access::Read),
        |connection| {
            connection.next_looks_up();
            read(connection, SHORT).map(drop)
        },
        |connection| connection.query_all(&mut [], &mut |_, _, _| {}),
    ];
    let pool = memory();
    for call in calls {
        let brief = pool.briefly(LIMIT, &mut |connection| assert!(call(connection).is_err()));
        assert_eq!(brief, Brief::BrokenOff);
    }
    assert!(!pool.lease_in_transaction());
}

/// Once observers know of an answer, the work cannot be repeated, so the rest has time.
#[test]
fn what_follows_an_answer_is_not_broken_off() {
    let brief = memory().briefly(Duration::from_millis(50), &mut |connection| {
        assert_eq!(read(connection, SHORT).expect("it is read"), 1);
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(read(connection, LONG).expect("it has time"), 1);
        connection.batch("PRAGMA user_version").expect_err("it returns a row");
    });
    assert_eq!(brief, Brief::Whole);
}

#[test]
fn the_limit_of_the_program_holds_afterwards() {
    let limit = Duration::from_millis(20);
    let options = SqliteOptions { statement_timeout: Some(limit), ..SqliteOptions::default() };
    let pool = SqlitePool::memory(options).expect("a database in memory opens");
    for brief in [Duration::ZERO, LIMIT] {
        pool.briefly(brief, &mut |connection| drop(read(connection, SHORT)));
        let error = read_later(&pool, ENDLESS).expect_err("it takes too long");
        assert!(error.is_statement_timeout(), "{error}");
    }
}

#[test]
fn only_a_connection_that_is_open_and_free_is_used() {
    let directory = tempfile::tempdir().expect("a directory is created");
    let options = SqliteOptions { readers: 1, ..SqliteOptions::default() };
    let pool = SqlitePool::file(directory.path().join("test.db"), options).expect("the file opens");
    let briefly = || pool.briefly(LIMIT, &mut |connection| drop(read(connection, SHORT)));
    assert_eq!(briefly(), Brief::NotBegun, "no reader is open");
    read_later(&pool, SHORT).expect("a reader is opened");
    assert_eq!(briefly(), Brief::Whole);
    let lease = pool.lend(Access::Read).expect("it is free");
    assert_eq!(briefly(), Brief::NotBegun, "the reader is in use");
    drop(lease);
    assert_eq!(briefly(), Brief::Whole);
}

/// Without a write-ahead log, a reader waits while another process writes.
#[test]
fn a_locked_file_is_not_waited_for() {
    let directory = tempfile::tempdir().expect("a directory is created");
    let path = directory.path().join("test.db");
    let other = rusqlite::Connection::open(&path).expect("the file opens");
    other.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY)").expect("the table is created");
    let options = SqliteOptions { read_only: true, busy_timeout: Duration::from_secs(30), ..SqliteOptions::default() };
    let pool = SqlitePool::file(path, options).expect("the file opens");
    let text = "SELECT count(*) FROM t";
    read_later(&pool, text).expect("a reader is opened");
    other.execute_batch("BEGIN EXCLUSIVE").expect("it is locked");
    let began = Instant::now();
    assert_eq!(pool.briefly(LIMIT, &mut |connection| drop(read(connection, text))), Brief::BrokenOff);
    assert!(began.elapsed() < Duration::from_secs(10));
    let unlocking = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        other.execute_batch("COMMIT")
    });
    assert_eq!(read_later(&pool, text).expect("it waits for the lock again"), 1);
    unlocking.join().expect("the thread does not panic").expect("it is unlocked");
}

impl SqlitePool {
    fn lease_in_transaction(&self) -> bool {
        let mut is_open = false;
        self.with(Access::Read, &mut |connection| is_open = connection.in_transaction()).expect("it is free");
        is_open
    }
}
