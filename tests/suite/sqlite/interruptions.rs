//! Interrupted work: transactions that the database ends, and cancelled statements.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, Result};

use crate::database::Shared;
use crate::schemas::accounts::{Account, Entry, NewAccount, NewEntry, accounts_in, assert_whole, open_account};

/// A statement that would run for hours.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000000000) SELECT count(*) FROM n";

fn is_lost(error: &Error) -> bool {
    error.is_transaction_lost()
}

#[test]
fn insert_or_rollback_ends_the_transaction() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    NewAccount { name: "taken".into() }.insert(&db)?;
    let transaction = db.begin()?;
    NewAccount { name: "undone".into() }.insert(&transaction)?;
    let text = "INSERT OR ROLLBACK INTO accounts (name) VALUES (?1)";
    assert!(orm::sql(text).bind("taken").execute(&transaction).unwrap_err().is_unique_violation());
    let leak = NewAccount { name: "leak".into() }.insert(&transaction);
    assert!(is_lost(&leak.unwrap_err()), "the next statement would be committed by itself");
    assert!(is_lost(&transaction.commit().unwrap_err()));
    assert_eq!(Account::query().count(&db)?, 1);
    open_account(&db, "after", 1)
}

/// The disk is full after one more page each time, so that every step of the work fails once.
#[test]
fn a_full_disk_at_each_page_leaves_whole_transactions() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    file.raw().execute_batch("CREATE TABLE blobs (content BLOB)").unwrap();
    let (mut failures, mut lost, mut pages) = (0, 0, 1);
    loop {
        let limit = format!("PRAGMA max_page_count = {pages}");
        orm::sql(orm::TrustedSql(limit)).tuples::<(i64,)>(&db.begin()?)?;
        let transaction = db.begin()?;
        let work = || -> Result<()> {
            let account = NewAccount { name: "one".into() }.insert(&transaction)?;
            for entry in 0..8_i64 {
                NewEntry { account_id: account.id, text: entry.to_string().repeat(9_000) }.insert(&transaction)?;
            }
            // Such a plain statement has no separate journal, so SQLite must roll back everything.
            orm::sql("INSERT INTO blobs VALUES (zeroblob(40000))").execute(&transaction).map(|_| ())
        };
        if work().is_ok() {
            transaction.commit()?;
            break;
        }
        failures += 1;
        // SQLite rolls back the statement or the whole transaction. In both cases nothing is written outside of it.
        let next = NewAccount { name: "leak".into() }.insert(&transaction);
        lost += usize::from(next.as_ref().is_err_and(is_lost));
        assert_eq!(transaction.commit().is_err(), next.is_err_and(|error| is_lost(&error)));
        Account::all_rows().delete(&db)?;
        assert_whole(&file, 8);
        assert_eq!(Account::query().count(&db)?, 0);
        pages += 1;
    }
    assert!(failures > 5 && lost > 0, "{failures} steps failed, and {lost} ended their transaction");
    assert_whole(&file, 8);
    assert_eq!(Entry::query().count(&db)?, 8);
    Ok(())
}

/// The error of interrupted work, and the time between the interruption and its end.
fn interrupted<T>(db: &Db, work: impl FnOnce() -> Result<T>) -> (Error, Duration) {
    let (is_over, told) = (AtomicBool::new(false), Mutex::new(None));
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(30));
            // Repeatedly, because the work may not have begun yet.
            while !is_over.load(Ordering::SeqCst) {
                told.lock().unwrap().get_or_insert_with(Instant::now);
                db.interrupt().expect("the statements are told to stop");
                thread::sleep(Duration::from_millis(2));
            }
        });
        let error = work().err();
        let ended = Instant::now();
        is_over.store(true, Ordering::SeqCst);
        let began = told.lock().unwrap().unwrap_or(ended);
        (error.expect("it was interrupted"), ended.saturating_duration_since(began))
    })
}

#[test]
fn an_interrupted_read_leaves_its_transaction_open() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    let transaction = db.begin()?;
    NewAccount { name: "kept".into() }.insert(&transaction)?;
    let (error, _) = interrupted(&db, || orm::sql(ENDLESS).tuples::<(i64,)>(&transaction));
    assert!(error.is_interrupted(), "{error}");
    NewAccount { name: "kept too".into() }.insert(&transaction)?;
    transaction.commit()?;
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn an_interrupted_write_loses_its_transaction() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    let transaction = db.begin()?;
    NewAccount { name: "undone".into() }.insert(&transaction)?;
    let text = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n LIMIT 100000000000)
        INSERT INTO accounts (name) SELECT i FROM n";
    let (error, _) = interrupted(&db, || orm::sql(text).execute(&transaction));
    assert!(error.is_interrupted(), "{error}");
    assert!(is_lost(&NewAccount { name: "leak".into() }.insert(&transaction).unwrap_err()));
    assert!(is_lost(&transaction.commit().unwrap_err()));
    assert_eq!(Account::query().count(&db)?, 0);
    open_account(&db, "after", 1)
}

#[test]
fn a_cancelled_query_is_gone_within_100_milliseconds() -> Result<()> {
    let file = Shared::new();
    for db in [accounts_in(&file), Db::memory()?] {
        let mut fastest = Duration::MAX;
        for _ in 0..3 {
            let (error, took) = interrupted(&db, || orm::sql(ENDLESS).tuples::<(i64,)>(&db));
            assert!(error.is_interrupted() && !error.is_statement_timeout(), "{error}");
            fastest = fastest.min(took);
        }
        assert!(fastest < Duration::from_millis(100), "{fastest:?}");
        // The connection is free, and the interrupted call is not interrupted again.
        db.interrupt()?;
        db.create_tables::<(Account, Entry)>()?;
        open_account(&db, "after", 1)?;
        assert_eq!(Account::query().prefetch(Account::entries()).all(&db)?[0].entries().len(), 1);
    }
    Ok(())
}

#[test]
fn a_statement_that_takes_too_long_is_stopped() -> Result<()> {
    let file = Shared::new();
    let limit = Duration::from_millis(60);
    for db in
        [Db::sqlite().statement_timeout(limit).open(file.path())?, Db::sqlite().statement_timeout(limit).memory()?]
    {
        db.create_tables::<(Account, Entry)>()?;
        let mut fastest = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            assert!(orm::sql(ENDLESS).tuples::<(i64,)>(&db).is_err());
            fastest = fastest.min(began.elapsed());
        }
        assert!(fastest >= limit && fastest < limit + Duration::from_millis(100), "{fastest:?}");
        let error = orm::sql(ENDLESS).tuples::<(i64,)>(&db).unwrap_err();
        assert!(error.is_statement_timeout() && !error.is_interrupted(), "{error}");
        assert!(error.to_string().contains("60ms"), "{error}");
        assert!(error.statement().is_some_and(|text| text == ENDLESS));
        // In a transaction, a cancelled read leaves the rest unchanged.
        db.transaction(|transaction| {
            NewAccount { name: "kept".into() }.insert(transaction)?;
            assert!(orm::sql(ENDLESS).tuples::<(i64,)>(transaction).unwrap_err().is_statement_timeout());
            Ok(())
        })?;
        // Each statement has a separate time limit.
        thread::sleep(limit * 2);
        assert_eq!(Account::query().prefetch(Account::entries()).all(&db)?.len(), 1);
    }
    Ok(())
}

#[test]
fn no_limit_is_too_long() -> Result<()> {
    let db = Db::sqlite().statement_timeout(Duration::MAX).memory()?;
    db.create_tables::<(Account, Entry)>()?;
    open_account(&db, "one", 1)
}
