//! Processes without memory, and files that are broken, locked or closed.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use orm::{Db, Model, Result};

use crate::database::{Shared, open};
use crate::schemas::accounts::{Account, Entry, accounts_in, assert_whole, open_account};
use crate::support::child::{READY, child, given_address};

const ENTRIES: i64 = 30;

fn write_until_there_is_no_memory(file: &str) {
    let db = open(file);
    println!("{READY}");
    let (mut limit, mut failures, mut number) = (4_000_000, 0, 0);
    // The limit counts for the whole process, and can only be lowered.
    while limit > 60_000 {
        let lower = orm::TrustedSql(format!("PRAGMA hard_heap_limit = {limit}"));
        let lowered = orm::sql(lower).tuples::<(i64,)>(&db).map(|_| ());
        let written = open_account(&db, &format!("account {number}"), ENTRIES);
        let read = Account::query().prefetch(Account::entries()).all(&db).map(|_| ());
        failures += [&lowered, &written, &read].into_iter().filter(|result| result.is_err()).count();
        for result in [lowered, written, read] {
            if let Err(error) = result {
                assert!(!error.to_string().is_empty());
            }
        }
        number += 1;
        limit -= limit / 20;
    }
    assert!(failures > 10, "memory ran out only {failures} times");
}

#[test]
fn without_memory_there_are_errors_and_whole_transactions() -> Result<()> {
    if let Some(file) = given_address() {
        write_until_there_is_no_memory(&file);
        return Ok(());
    }
    let file = Shared::new();
    drop(accounts_in(&file));
    assert!(child(without_memory_there_are_errors_and_whole_transactions, &file.address()).ends_well());
    assert_whole(&file, ENTRIES);
    assert!(Account::query().exists(&file.open())?, "with enough memory rows are written");
    Ok(())
}

fn die_within_a_transaction_with_a_rollback_journal(file: &str) {
    let raw = rusqlite::Connection::open(file).expect("the file opens");
    raw.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN IMMEDIATE; UPDATE entries SET text = 'changed' || text;
         DELETE FROM accounts WHERE id % 2",
    )
    .expect("the rows are changed");
    println!("{READY}");
    thread::sleep(Duration::from_secs(600));
}

/// The file with a journal for the rollback of half a transaction.
fn with_hot_journal(test: impl Fn() -> Result<()>) -> Result<Shared> {
    let file = Shared::new();
    let db = accounts_in(&file);
    for name in ["a", "b", "c"] {
        open_account(&db, name, ENTRIES)?;
    }
    drop(db);
    drop(child(test, &file.address()));
    assert!(fs::metadata(file.path().with_extension("db-journal")).is_ok_and(|journal| journal.len() > 512));
    Ok(file)
}

#[test]
fn a_hot_journal_is_played_back_at_opening() -> Result<()> {
    if let Some(file) = given_address() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal(a_hot_journal_is_played_back_at_opening)?;
    let db = file.open();
    assert_eq!(Account::query().count(&db)?, 3);
    assert_eq!(Entry::query().filter(Entry::text().starts_with("changed")).count(&db)?, 0);
    drop(db);
    assert_whole(&file, ENTRIES);
    Ok(())
}

#[test]
fn a_hot_journal_cannot_be_played_back_by_a_reader() -> Result<()> {
    if let Some(file) = given_address() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal(a_hot_journal_cannot_be_played_back_by_a_reader)?;
    match Db::sqlite().read_only().open(file.path()) {
        Ok(db) => assert_eq!(Account::query().count(&db)?, 3),
        Err(error) => assert!(error.is_open_failure() || error.is_read_only(), "{error}"),
    }
    Ok(())
}

#[test]
fn a_locked_file_is_busy_at_opening() -> Result<()> {
    if let Some(file) = given_address() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal(a_locked_file_is_busy_at_opening)?;
    let raw = file.raw();
    raw.execute_batch("BEGIN EXCLUSIVE").expect("nobody else has the file");
    let error = Db::sqlite().busy_timeout(Duration::from_millis(30)).open(file.path()).unwrap_err();
    assert!(error.is_busy() && error.is_retryable(), "{error}");
    raw.execute_batch("ROLLBACK").expect("the lock is released");
    assert_eq!(Account::query().count(&file.open())?, 3);
    Ok(())
}

#[test]
fn a_reader_that_stays_does_not_stop_the_writer() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    let raw = file.raw();
    raw.execute_batch("BEGIN; SELECT count(*) FROM accounts").expect("it reads");
    // Far more than the thousand pages after which SQLite empties its log by default.
    for number in 0..60 {
        open_account(&db, &number.to_string(), ENTRIES)?;
    }
    let busy = || orm::sql("PRAGMA wal_checkpoint(TRUNCATE)").tuples::<(i64, i64, i64)>(&db.begin()?);
    raw.execute_batch("COMMIT").expect("it ends");
    assert!(busy().is_err(), "a log is not emptied within a transaction");
    assert_eq!(Account::query().count(&db)?, 60);
    drop(db);
    assert_whole(&file, ENTRIES);
    Ok(())
}

#[test]
fn a_directory_that_takes_no_file_is_an_open_failure() {
    for path in ["/proc/orm.db", "/sys/orm.db"] {
        let error = Db::open(path).unwrap_err();
        assert!(error.is_open_failure(), "{error}");
        assert!(error.to_string().contains(path), "{error}");
    }
}

/// A file with transactions in its log, as a crash would leave them.
fn with_log() -> Result<Shared> {
    let file = Shared::new();
    let db = accounts_in(&file);
    orm::sql("PRAGMA wal_autocheckpoint = 0").tuples::<(i64,)>(&db.begin()?)?;
    for name in ["a", "b", "c"] {
        open_account(&db, name, ENTRIES)?;
    }
    let copy = Shared::new();
    fs::copy(file.path(), copy.path()).expect("the file is copied");
    fs::copy(log_of(&file), log_of(&copy)).expect("the log is copied");
    Ok(copy)
}

fn log_of(file: &Shared) -> PathBuf {
    file.path().with_extension("db-wal")
}

#[test]
fn a_truncated_log_loses_whole_transactions() -> Result<()> {
    let log = fs::read(log_of(&with_log()?)).expect("the log is read");
    let mut found = Vec::new();
    for part in 0..=20 {
        let file = with_log()?;
        fs::write(log_of(&file), &log[..log.len() * part / 20]).expect("the log is cut");
        let db = file.open();
        // The creation of the tables may be lost.
        db.create_tables::<(Account, Entry)>()?;
        found.push(Account::query().count(&db)?);
        drop(db);
        assert_whole(&file, ENTRIES);
    }
    assert!(found.is_sorted() && found.last() == Some(&3), "{found:?}");
    Ok(())
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() -> Result<()> {
    let whole = Shared::new();
    let db = accounts_in(&whole);
    for name in ["a", "b", "c"] {
        open_account(&db, name, ENTRIES)?;
    }
    drop(db);
    let bytes = fs::read(whole.path()).expect("the file is read");
    let mut errors = 0;
    for at in (0..bytes.len()).step_by(997) {
        let mut damaged = bytes.clone();
        for byte in damaged.iter_mut().skip(at).take(64) {
            *byte ^= 0xa5;
        }
        let file = Shared::new();
        fs::write(file.path(), damaged).expect("the file is written");
        let work = || -> Result<()> {
            let db = Db::open(file.path())?;
            Account::query().prefetch(Account::entries()).all(&db)?;
            Entry::query().filter(Entry::text().contains("7")).prefetch(Entry::account()).all(&db)?;
            open_account(&db, "new", 3)?;
            db.check::<(Account, Entry)>().map(|_| ())
        };
        if let Err(error) = work() {
            errors += 1;
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
    }
    assert!(errors > 10, "only {errors} places were found to be damaged");
    Ok(())
}

#[test]
fn the_last_to_close_leaves_no_log() -> Result<()> {
    let file = Shared::new();
    let (db, other) = (accounts_in(&file), file.open());
    open_account(&db, "one", ENTRIES)?;
    assert_eq!(Account::query().count(&other)?, 1);
    drop(db);
    assert!(log_of(&file).exists(), "the other still reads it");
    drop(other);
    for left in ["db-wal", "db-shm"] {
        assert!(!file.path().with_extension(left).exists(), "the last to close leaves no {left}");
    }
    assert_whole(&file, ENTRIES);
    Ok(())
}
