//! Programs that start at the same time: each file is applied once, and all programs succeed.

use std::any::type_name;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use orm::Result;
use orm::migrate::Migrations;

use crate::database::{Fresh, number, open, run, students};

const STARTERS: i64 = 8;

/// The environment variable with the address of the database that a program migrates.
const ADDRESS: &str = "ORM_TEST_MIGRATE";

/// The address of the database, in a program that the test has started.
fn given_address() -> Option<String> {
    std::env::var(ADDRESS).ok()
}

/// Starts a test of this program again, which acts as a program that migrates.
fn starter<T: Fn() -> Result<()>>(_test: T, address: &str) -> Child {
    let (_, test) = type_name::<T>().split_once("::").expect("a path begins with its crate");
    let program = std::env::current_exe().expect("the program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", test, "--nocapture"]).env(ADDRESS, address).stdout(Stdio::null());
    command.spawn().expect("the program starts")
}

/// Migrations that take long enough for all others to start, and that fail if they run twice.
fn slow(more: Migrations) -> Migrations {
    more.step(2, "slow", |tx| {
        thread::sleep(Duration::from_millis(700));
        run(tx, "INSERT INTO students VALUES (1, 'Ada')").map(drop)
    })
    .file("V4__log.sql", "CREATE TABLE log (id INTEGER);\nINSERT INTO log VALUES (1);")
    .step(5, "last", |tx| run(tx, "INSERT INTO log SELECT id + 1 FROM log").map(drop))
}

fn start(address: &str, migrations: &Migrations) -> Result<()> {
    let db = open(address);
    let applied = migrations.run(&db)?.len();
    run(&db, &format!("INSERT INTO starters VALUES ({applied})")).map(drop)
}

fn assert_each_applied_once<T: Fn() -> Result<()> + Copy>(test: T, fresh: &Fresh, files: i64) -> Result<()> {
    let db = fresh.open();
    run(&db, "CREATE TABLE starters (applied INTEGER)")?;
    let starters: Vec<Child> = (0..STARTERS).map(|_| starter(test, &fresh.address)).collect();
    // All programs have ended before the first assertion, so that none outlives the database.
    let outputs: Vec<_> = starters.into_iter().map(Child::wait_with_output).collect();
    assert!(outputs.into_iter().all(|output| output.is_ok_and(|output| output.status.success())));
    assert_eq!(number(&db, "SELECT count(*) FROM starters")?, STARTERS);
    assert_eq!(number(&db, "SELECT CAST(sum(applied) AS BIGINT) FROM starters")?, files);
    assert_eq!(number(&db, "SELECT count(*) FROM refinery_schema_history")?, files);
    assert_eq!(number(&db, "SELECT count(*) FROM log")?, 2);
    Ok(())
}

#[cfg(feature = "sqlite")]
#[test]
fn eight_programs_migrate_a_file_at_once() -> Result<()> {
    let migrations = slow(students());
    match given_address() {
        Some(address) => start(&address, &migrations),
        None => assert_each_applied_once(eight_programs_migrate_a_file_at_once, &Fresh::file(), 4),
    }
}

/// One of them creates an index concurrently, which waits for every waiting statement of the server.
#[cfg(feature = "postgres")]
#[test]
fn eight_programs_migrate_a_server_at_once() -> Result<()> {
    let index = "-- orm: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY names ON students (name);\n";
    let migrations = slow(students().file("V3__names.sql", index));
    match given_address() {
        Some(address) => start(&address, &migrations),
        None => assert_each_applied_once(eight_programs_migrate_a_server_at_once, &Fresh::schema(), 5),
    }
}
