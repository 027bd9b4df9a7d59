//! Cases 81, 89 and 96 to 98: processes that die, files that are broken, and files that several processes use.
//!
//! Where a test needs another process, it runs itself again as a child, which finds the file to work on in its environment and
//! does the child's part of the test instead.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use orm::{Db, Model, Result};

use super::support::{Account, Entry, File, assert_whole, open_account};

/// Where a child finds the file that it works on.
const FILE: &str = "ADVERSARIAL_FILE";

/// What a child prints when it has begun.
const READY: &str = "the child is ready";

const ENTRIES: i64 = 30;

/// The file, in a child; `None` in the test that runs it.
fn given_file() -> Option<PathBuf> {
    std::env::var_os(FILE).map(PathBuf::from)
}

/// A child, which does not outlive this.
struct Part(Child);

impl Drop for Part {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).expect("the child is gone");
    }
}

impl Part {
    fn ends_well(&mut self) -> bool {
        self.0.wait().expect("the child ends").success()
    }
}

/// Runs a test of this program again as a child, on a file, and waits until it is ready.
fn child(test: &str, file: &Path) -> Part {
    let program = std::env::current_exe().expect("the program has a path");
    let name = format!("processes::{test}");
    let child = Command::new(program)
        .args(["--exact", &name, "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut part = Part(child);
    let output = part.0.stdout.as_mut().expect("the output is piped");
    let is_ready = BufReader::new(output).lines().map_while(io::Result::ok).any(|line| line.contains(READY));
    assert!(is_ready, "the child ended before it was ready");
    part
}

fn open_accounts_for_ever(file: &Path) {
    let db = Db::open(file).expect("the file opens");
    let first = Account::query().count(&db).expect("the rows are counted");
    println!("{READY}");
    for number in first.. {
        open_account(&db, &number.to_string(), ENTRIES).expect("an account is opened");
    }
}

#[test]
fn adversarial_t96_a_killed_process_leaves_whole_transactions() -> Result<()> {
    if let Some(file) = given_file() {
        open_accounts_for_ever(&file);
        return Ok(());
    }
    let file = File::new();
    drop(file.with_tables());
    let mut before = 0;
    for round in 0..12 {
        let child = child("adversarial_t96_a_killed_process_leaves_whole_transactions", &file.path());
        thread::sleep(Duration::from_millis(3 + 5 * round));
        drop(child);
        // Every second time it is the library that finds the log first.
        if round % 2 == 0 {
            assert_whole(&file.raw(), ENTRIES);
        }
        let after = Account::query().count(&file.open())?;
        assert!(after >= before, "accounts are gone");
        assert_whole(&file.raw(), ENTRIES);
        before = after;
    }
    assert!(before > 0, "no child got as far as to write");
    Ok(())
}

fn write_until_there_is_no_memory(file: &Path) {
    let db = Db::open(file).expect("the file opens");
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
fn adversarial_t81_without_memory_there_are_errors_and_whole_transactions() -> Result<()> {
    if let Some(file) = given_file() {
        write_until_there_is_no_memory(&file);
        return Ok(());
    }
    let file = File::new();
    drop(file.with_tables());
    assert!(child("adversarial_t81_without_memory_there_are_errors_and_whole_transactions", &file.path()).ends_well());
    assert_whole(&file.raw(), ENTRIES);
    assert!(Account::query().exists(&file.open())?, "with enough memory rows are written");
    Ok(())
}

fn die_within_a_transaction_with_a_rollback_journal(file: &Path) {
    let raw = rusqlite::Connection::open(file).expect("the file opens");
    raw.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN IMMEDIATE; UPDATE entries SET text = 'changed' || text;
         DELETE FROM accounts WHERE id % 2",
    )
    .expect("the rows are changed");
    println!("{READY}");
    thread::sleep(Duration::from_secs(600));
}

/// The file with a journal that says how to undo half a transaction.
fn with_hot_journal(test: &str) -> Result<File> {
    let file = File::new();
    let db = file.with_tables();
    for name in ["a", "b", "c"] {
        open_account(&db, name, ENTRIES)?;
    }
    drop(db);
    drop(child(test, &file.path()));
    assert!(fs::metadata(file.path().with_extension("db-journal")).is_ok_and(|journal| journal.len() > 512));
    Ok(file)
}

#[test]
fn adversarial_t89_a_hot_journal_is_played_back_at_opening() -> Result<()> {
    if let Some(file) = given_file() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal("adversarial_t89_a_hot_journal_is_played_back_at_opening")?;
    let db = file.open();
    assert_eq!(Account::query().count(&db)?, 3);
    assert_eq!(Entry::query().filter(Entry::text().starts_with("changed")).count(&db)?, 0);
    drop(db);
    assert_whole(&file.raw(), ENTRIES);
    Ok(())
}

#[test]
fn adversarial_t89_a_hot_journal_cannot_be_played_back_by_a_reader() -> Result<()> {
    if let Some(file) = given_file() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal("adversarial_t89_a_hot_journal_cannot_be_played_back_by_a_reader")?;
    match Db::sqlite().read_only().open(file.path()) {
        Ok(db) => assert_eq!(Account::query().count(&db)?, 3),
        Err(error) => assert!(error.is_open_failure() || error.is_read_only(), "{error}"),
    }
    Ok(())
}

#[test]
fn adversarial_t89_a_locked_file_is_busy_at_opening() -> Result<()> {
    if let Some(file) = given_file() {
        die_within_a_transaction_with_a_rollback_journal(&file);
        return Ok(());
    }
    let file = with_hot_journal("adversarial_t89_a_locked_file_is_busy_at_opening")?;
    let raw = file.raw();
    raw.execute_batch("BEGIN EXCLUSIVE").expect("nobody else has the file");
    let error = Db::sqlite().busy_timeout(Duration::from_millis(30)).open(file.path()).unwrap_err();
    assert!(error.is_busy() && error.is_retryable(), "{error}");
    raw.execute_batch("ROLLBACK").expect("the lock is released");
    assert_eq!(Account::query().count(&file.open())?, 3);
    Ok(())
}

#[test]
fn adversarial_t89_a_reader_that_stays_does_not_stop_the_writer() -> Result<()> {
    let file = File::new();
    let db = file.with_tables();
    let raw = file.raw();
    raw.execute_batch("BEGIN; SELECT count(*) FROM accounts").expect("it reads");
    // Far more than the thousand pages after which SQLite would like to empty its log.
    for number in 0..60 {
        open_account(&db, &number.to_string(), ENTRIES)?;
    }
    let busy = || orm::sql("PRAGMA wal_checkpoint(TRUNCATE)").tuples::<(i64, i64, i64)>(&db.begin()?);
    raw.execute_batch("COMMIT").expect("it ends");
    assert!(busy().is_err(), "a log is not emptied within a transaction");
    assert_eq!(Account::query().count(&db)?, 60);
    drop(db);
    assert_whole(&raw, ENTRIES);
    Ok(())
}

#[test]
fn adversarial_t89_a_directory_that_takes_no_file() {
    for path in ["/proc/orm.db", "/sys/orm.db"] {
        let error = Db::open(path).unwrap_err();
        assert!(error.is_open_failure(), "{error}");
        assert!(error.to_string().contains(path), "{error}");
    }
}

/// A file with transactions in its log, as a crash would leave them.
fn with_log() -> Result<File> {
    let file = File::new();
    let db = file.with_tables();
    orm::sql("PRAGMA wal_autocheckpoint = 0").tuples::<(i64,)>(&db.begin()?)?;
    for name in ["a", "b", "c"] {
        open_account(&db, name, ENTRIES)?;
    }
    let copy = File::new();
    fs::copy(file.path(), copy.path()).expect("the file is copied");
    fs::copy(log_of(&file), log_of(&copy)).expect("the log is copied");
    Ok(copy)
}

fn log_of(file: &File) -> PathBuf {
    file.path().with_extension("db-wal")
}

#[test]
fn adversarial_t97_a_truncated_log_loses_whole_transactions() -> Result<()> {
    let log = fs::read(log_of(&with_log()?)).expect("the log is read");
    let mut found = Vec::new();
    for part in 0..=20 {
        let file = with_log()?;
        fs::write(log_of(&file), &log[..log.len() * part / 20]).expect("the log is cut");
        let db = file.open();
        // Creating the tables may be what was lost.
        db.create_tables::<(Account, Entry)>()?;
        found.push(Account::query().count(&db)?);
        drop(db);
        assert_whole(&file.raw(), ENTRIES);
    }
    assert!(found.is_sorted() && found.last() == Some(&3), "{found:?}");
    Ok(())
}

#[test]
fn adversarial_t97_a_damaged_file_is_an_error_and_no_panic() -> Result<()> {
    let whole = File::new();
    let db = whole.with_tables();
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
        let file = File::new();
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

fn open_fifty_accounts(file: &Path) {
    let db = Db::open(file).expect("the file opens");
    println!("{READY}");
    for number in 0..50 {
        open_account(&db, &format!("child {number}"), 2).expect("an account is opened");
    }
}

#[test]
fn adversarial_t98_two_processes_share_a_file() -> Result<()> {
    if let Some(file) = given_file() {
        open_fifty_accounts(&file);
        return Ok(());
    }
    let file = File::new();
    let db = file.with_tables();
    let mut child = child("adversarial_t98_two_processes_share_a_file", &file.path());
    for number in 0..50 {
        open_account(&db, &format!("parent {number}"), 2)?;
        let accounts = Account::query().prefetch(Account::entries()).all(&db)?;
        assert!(accounts.iter().all(|account| account.entries().len() == 2), "half a transaction is seen");
    }
    assert!(child.ends_well());
    assert_eq!(Account::query().count(&db)?, 100);
    drop(db);
    for left in ["db-wal", "db-shm"] {
        assert!(!file.path().with_extension(left).exists(), "the last to close leaves no {left}");
    }
    assert_whole(&file.raw(), 2);
    Ok(())
}
