//! Locks between readers, writers and other processes.

use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Model, Result, Transaction};

use crate::schemas::university::{Department, university_in};

use super::law;
use crate::database::Shared as File;

#[test]
fn readers_and_a_writer_do_not_wait_for_each_other() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let journal: String = file.raw().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    let reading = db.begin_read()?;
    assert_eq!(Department::query().count(&reading)?, 3);
    let writing = db.begin()?;
    law().insert(&writing)?;
    assert_eq!(Department::query().count(&db)?, 3, "what is not committed is not seen");
    writing.commit()?;
    assert_eq!(Department::query().count(&reading)?, 3, "nor what was committed later than the reading began");
    assert_eq!(Department::query().count(&db)?, 4);
    Ok(())
}

#[test]
fn a_lock_of_another_process_is_waited_for() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let raw = file.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = thread::spawn(move || law().insert(&db).map(|row| row.id));
    thread::sleep(Duration::from_millis(100));
    assert!(!waiting.is_finished());
    raw.execute_batch("COMMIT").unwrap();
    assert_eq!(waiting.join().expect("the thread ends well")?, 4);
    Ok(())
}

#[test]
fn a_lock_held_too_long_is_an_error_worth_trying_again() -> Result<()> {
    let file = File::new();
    drop(university_in(&file));
    let db = Db::sqlite().busy_timeout(Duration::from_millis(60)).open(file.path())?;
    let raw = file.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    for error in [law().insert(&db).unwrap_err(), db.begin().unwrap_err()] {
        assert!(error.is_busy() && error.is_retryable());
        assert_eq!(error.to_string(), "the database is locked by another connection: database is locked");
    }
    assert!(began.elapsed() >= Duration::from_millis(120));
    assert_eq!(Department::query().count(&db)?, 3, "reading goes on");
    raw.execute_batch("ROLLBACK").unwrap();
    law().insert(&db)?;
    Ok(())
}

#[test]
fn a_transaction_is_tried_again_when_that_may_help() -> Result<()> {
    let file = File::new();
    let db = Db::sqlite().busy_timeout(Duration::ZERO).open(file.path())?;
    db.create_tables::<Department>()?;
    let other = file.raw();
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let insert = |tx: &Transaction<'_>| law().insert(tx);
    assert!(db.transaction_with_retries(2, insert).is_err_and(|error| error.is_busy() && error.is_retryable()));
    let release = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        other.execute_batch("COMMIT").expect("the lock is let go");
    });
    db.transaction_with_retries(12, insert)?;
    release.join().expect("the other connection");
    assert_eq!(Department::query().count(&db)?, 1);
    Ok(())
}
