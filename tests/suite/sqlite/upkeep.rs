//! Maintenance of a file during use: the write-ahead log, backups and statistics.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm::{BackupProgress, Db, Model, Result};

use crate::schemas::university::{Department, NewDepartment, university, university_in};

use super::law;
use crate::database::Shared as File;

const LIMIT: u64 = 1024 * 1024;

/// The result of writing during reads that always overlap.
#[derive(Debug, Default)]
struct Load {
    writes: u64,
    reads: u64,
    longest_write: Duration,
    longest_read: Duration,
    /// The maximum length of the log.
    log: u64,
}

/// The number of rows, so that reads take the same time throughout.
const ROWS: u64 = 100;

/// A database whose log has a limit.
fn limited(file: &File, limit: u64) -> Result<Db> {
    let db = Db::sqlite().wal_limit(limit).open(file.path())?;
    db.create_tables::<Department>()?;
    orm::bulk_insert(&db, (0..ROWS).map(|_| NewDepartment { name: "x".repeat(3_000) }))?;
    db.checkpoint()?;
    Ok(db)
}

/// Writes for some time, during reads of four threads in overlapping transactions.
fn load(db: &Db, file: &File, time: Duration) -> Load {
    let (done, reads, longest_read) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let mut load = Load::default();
    thread::scope(|scope| {
        for reader in 0..4 {
            let (done, reads, longest) = (&done, &reads, &longest_read);
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(3 * reader));
                while !done.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let reading = db.begin_read().expect("a reader is free");
                    Department::query().count(&reading).expect("the rows are read");
                    longest
                        .fetch_max(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(10));
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let began = Instant::now();
        while began.elapsed() < time {
            let write = Instant::now();
            let row = Department::rows_where(Department::id().eq(1 + i64::try_from(load.writes % ROWS).unwrap_or(0)));
            // Writing a row with the same values changes no page.
            let name = format!("{:03000}", load.writes);
            row.update(db, Department::name().set(name)).expect("the row is written");
            load.longest_write = load.longest_write.max(write.elapsed());
            load.writes += 1;
            load.log = load.log.max(log_of(file));
        }
        done.store(true, Ordering::Relaxed);
    });
    load.reads = reads.into_inner();
    load.longest_read = Duration::from_micros(longest_read.into_inner());
    load
}

/// The length of the write-ahead log.
fn log_of(file: &File) -> u64 {
    std::fs::metadata(file.path().with_extension("db-wal")).map_or(0, |log| log.len())
}

/// Two seconds, or the number in `ORM_TEST_SECONDS`.
fn seconds() -> Duration {
    let asked = std::env::var("ORM_TEST_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(asked.unwrap_or(2))
}

#[test]
fn the_log_stays_below_its_limit_while_reads_overlap() -> Result<()> {
    let file = File::new();
    let db = limited(&file, LIMIT)?;
    let bounded = load(&db, &file, seconds());
    println!("with a limit of {LIMIT} bytes: {bounded:?}");
    assert!(bounded.log < LIMIT, "{bounded:?}");
    assert!(bounded.writes > 100 && bounded.reads > 100, "{bounded:?}");

    let file = File::new();
    let db = limited(&file, u64::MAX)?;
    // A longer test would fill the disk.
    let free = load(&db, &file, Duration::from_secs(2));
    println!("without a limit: {free:?}");
    assert!(free.log > LIMIT, "else the reads do not overlap, and the test shows nothing: {free:?}");
    Ok(())
}

#[test]
fn a_thread_that_reads_while_it_writes_does_not_wait_for_itself() -> Result<()> {
    let file = File::new();
    let db = Db::sqlite().wal_limit(LIMIT / 8).open(file.path())?;
    db.create_tables::<Department>()?;
    let began = Instant::now();
    let reading = db.begin_read()?;
    assert_eq!(Department::query().count(&reading)?, 0);
    for _ in 0..100 {
        NewDepartment { name: "x".repeat(3_000) }.insert(&db)?;
    }
    assert!(log_of(&file) > LIMIT / 8);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    drop(reading);
    law().insert(&db)?;
    assert_eq!(log_of(&file), 0, "the first write after the read empties the log");
    Ok(())
}

/// A read that takes longer than the writer waits prevents emptying the log, and does not prevent writing.
#[test]
fn a_long_read_is_waited_for_once() -> Result<()> {
    let file = File::new();
    let db = Db::sqlite().wal_limit(LIMIT / 8).open(file.path())?;
    db.create_tables::<Department>()?;
    let reading = db.begin_read()?;
    assert_eq!(Department::query().count(&reading)?, 0);
    let began = Instant::now();
    let written = thread::scope(|scope| {
        let writer = scope
            .spawn(|| (0..100).try_for_each(|_| NewDepartment { name: "x".repeat(3_000) }.insert(&db).map(|_| ())));
        writer.join().expect("the thread ends well")
    });
    written?;
    let waited = began.elapsed();
    assert!(Duration::from_millis(450) < waited && waited < Duration::from_secs(5), "{waited:?}");
    assert_eq!(Department::query().count(&reading)?, 0, "the read goes on seeing one state");
    Ok(())
}

#[test]
fn a_checkpoint_empties_the_log_or_says_that_it_cannot() -> Result<()> {
    let file = File::new();
    drop(university_in(&file));
    let db = Db::sqlite().busy_timeout(Duration::from_millis(50)).open(file.path())?;
    law().insert(&db)?;
    assert!(log_of(&file) > 0);
    db.checkpoint()?;
    assert_eq!(log_of(&file), 0);
    let reading = db.begin_read()?;
    assert_eq!(Department::query().count(&reading)?, 4);
    law().insert(&db)?;
    assert!(db.checkpoint().unwrap_err().is_busy());
    drop(reading);
    db.checkpoint()?;
    university().checkpoint()?;
    Ok(())
}

#[test]
fn a_backup_has_one_state_while_others_write() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    orm::bulk_insert(&db, (0..3_000).map(|_| NewDepartment { name: "x".repeat(3_000) }))?;
    let before = Department::query().count(&db)?;
    let copy = file.directory.path().join("copy.db");
    let mut told: Vec<BackupProgress> = Vec::new();
    db.backup_with_progress(&copy, |progress| {
        told.push(progress);
        law().insert(&db).expect("others write meanwhile");
    })?;
    let [first, .., last] = &told[..] else { panic!("one step: {told:?}") };
    assert!(first.remaining_pages > 0 && first.total_pages > 2_000, "{told:?}");
    assert_eq!((last.remaining_pages, last.total_pages), (0, first.total_pages));
    let copied = Db::open(&copy)?;
    assert_eq!(Department::query().count(&copied)?, before);
    assert_eq!(orm::sql("PRAGMA integrity_check").tuples::<(String,)>(&copied)?, [("ok".to_owned(),)]);
    assert_eq!(Department::query().count(&db)?, before + told.len() as u64);
    law().insert(&copied)?;
    Ok(())
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_behind() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let copy = file.directory.path().join("copy.db");
    std::fs::write(&copy, "Dear diary").unwrap();
    let error = db.backup(&copy).unwrap_err();
    assert!(error.is_open_failure(), "{error}");
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "Dear diary");
    assert!(db.backup(file.path()).unwrap_err().is_open_failure());
    assert!(db.backup(file.directory.path().join("missing/copy.db")).unwrap_err().is_open_failure());
    law().insert(&db)?;
    let memory = university();
    let copy = file.directory.path().join("memory.db");
    memory.backup(&copy)?;
    assert_eq!(Department::query().count(&Db::open(&copy)?)?, 3);
    law().insert(&memory)?;
    Ok(())
}

#[test]
fn statistics_are_gathered_and_known_to_those_who_read() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    assert_eq!(Department::query().count(&db)?, 3);
    db.optimize()?;
    let known: Vec<(i64,)> = orm::sql("SELECT count(*) FROM sqlite_stat1").tuples(&db)?;
    assert!(known[0].0 > 0);
    university().optimize()?;
    Ok(())
}

#[test]
fn sizes_are_set_on_each_connection() -> Result<()> {
    let file = File::new();
    let db = Db::sqlite().cache_size(8 * 1024 * 1024).mmap_size(1024 * 1024).wal_limit(LIMIT).open(file.path())?;
    db.create_tables::<Department>()?;
    for (pragma, expected) in [
        ("PRAGMA cache_size", -8 * 1024),
        ("PRAGMA mmap_size", 1024 * 1024),
        ("PRAGMA journal_size_limit", 1024 * 1024),
    ] {
        let read = || orm::sql(orm::TrustedSql(pragma.to_owned()));
        assert_eq!(read().tuples::<(i64,)>(&db)?, [(expected,)], "{pragma}");
        assert_eq!(read().tuples::<(i64,)>(&db.begin()?)?, [(expected,)], "{pragma}");
    }
    let any = Db::sqlite().cache_size(u64::MAX).mmap_size(u64::MAX).wal_limit(0).open(file.path())?;
    law().insert(&any)?;
    Ok(())
}
