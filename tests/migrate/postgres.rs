//! The behaviour of PostgreSQL only: statements outside of transactions, waiting for locks, and settings of a session.

use std::time::{Duration, Instant};

use orm::migrate::{Migrations, State};
use orm::{Result, sql};

use crate::database::{Fresh, applied, failure, number, run, students};

#[test]
fn an_index_is_created_concurrently() -> Result<()> {
    let fresh = Fresh::schema();
    let db = fresh.open();
    let index = "-- orm: no transaction\nDROP INDEX CONCURRENTLY IF EXISTS names;\nCREATE INDEX CONCURRENTLY names ON students (name);\n";
    let migrations =
        students().file("V2__names.sql", index).file("V3__more.sql", "INSERT INTO students VALUES (1, 'Ada')");
    assert_eq!(applied(&migrations, &db)?, ["V1__students", "V2__names", "V3__more"]);
    assert_eq!(number(&db, "SELECT count(*) FROM pg_index WHERE indexrelid = 'names'::regclass AND indisvalid")?, 1);
    // In a transaction, the server refuses it, and the error contains the reason.
    let within = migrations.file("V4__again.sql", "CREATE INDEX CONCURRENTLY again ON students (name);");
    assert!(failure(&within, &db).contains("cannot run inside a transaction block"));
    Ok(())
}

#[test]
fn a_file_that_fails_outside_of_a_transaction_lists_what_is_done() -> Result<()> {
    let fresh = Fresh::schema();
    let db = fresh.open();
    let broken = students().file(
        "V2__names.sql",
        "-- orm: no transaction\nINSERT INTO students VALUES (1, 'Ada'), (2, 'Ada');\n\nCREATE UNIQUE INDEX CONCURRENTLY names\n  \
         ON students (name);\nSELECT 3;",
    );
    let error = broken.run(&db).expect_err("two students have one name");
    assert!(error.is_unique_violation() && error.is_migration_failure(), "{error}");
    let message = error.to_string();
    assert!(message.starts_with("migration `V2__names.sql` failed in line 4, statement 2 of 3: "), "{message}");
    let listed = "; done: line 2 `INSERT INTO students VALUES (1, 'Ada'), (2, 'Ada')`; not done: line 4 `CREATE UNIQUE INDEX \
                  CONCURRENTLY names ON students (name)`, line 6 `SELECT 3`; the file counts as not applied";
    assert!(message.contains(listed), "{message}");
    assert_eq!(broken.status(&db)?[1].state, State::Pending);
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 2);
    // The lock is free, and the corrected file is applied.
    run(&db, "DELETE FROM students")?;
    run(&db, "DROP INDEX names")?;
    let fixed = "-- orm: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY names ON students (name);";
    assert_eq!(applied(&students().file("V2__names.sql", fixed), &fresh.open())?, ["V2__names"]);
    Ok(())
}

#[test]
fn a_migration_does_not_wait_long_for_a_lock() -> Result<()> {
    let fresh = Fresh::schema();
    // Without a limit for the lock, the statement would wait this long.
    let db = orm::Db::postgres().statement_timeout(Duration::from_secs(10)).connect(&fresh.address)?;
    let other = fresh.open();
    students().run(&db)?;
    let reading = other.begin()?;
    number(&reading, "SELECT count(*) FROM students")?;
    let migrations = students().file("V2__born.sql", "ALTER TABLE students ADD COLUMN born INTEGER;");
    let began = Instant::now();
    let error = migrations.clone().lock_timeout(Some(Duration::from_millis(200))).run(&db).expect_err("it is locked");
    assert!(error.is_busy() && error.is_migration_failure(), "{error}");
    assert!(error.to_string().contains("or raise `Migrations::lock_timeout`"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(4));
    // Without a limit of the migrations, the session's limit applies.
    let shown = |migrations: Migrations| {
        let shown = migrations.step(3, "shown", |tx| {
            let (limit,) = sql("SHOW lock_timeout").tuples::<(String,)>(tx)?.remove(0);
            run(tx, &format!("COMMENT ON TABLE students IS '{limit}'")).map(drop)
        });
        shown.run(&db)?;
        sql("SELECT obj_description('students'::regclass)").tuples::<(String,)>(&db)
    };
    drop(reading);
    assert_eq!(shown(migrations.clone())?, [("5s".to_owned(),)]);
    run(&db, "DELETE FROM refinery_schema_history WHERE version = 3")?;
    assert_eq!(shown(migrations.lock_timeout(None))?, [("0".to_owned(),)]);
    Ok(())
}

#[test]
fn what_a_file_sets_ends_with_the_file() -> Result<()> {
    let fresh = Fresh::schema();
    let db = fresh.open();
    let schema = sql("SELECT current_schema()::text").tuples::<(String,)>(&db)?.remove(0).0;
    let elsewhere = "SET search_path = pg_catalog;\nSELECT pg_catalog.set_config('search_path', '', false);";
    let migrations = students()
        .file("V2__elsewhere.sql", elsewhere)
        .file("V3__here.sql", "INSERT INTO students VALUES (1, 'Ada');")
        .step(4, "sets", |tx| run(tx, "SET search_path = pg_catalog").map(drop))
        .file("V5__here.sql", "INSERT INTO students VALUES (2, 'Grace');");
    assert_eq!(migrations.run(&db)?.len(), 5);
    assert_eq!(sql("SELECT current_schema()::text").tuples::<(String,)>(&db)?[0].0, schema);
    assert_eq!(number(&db, "SELECT count(*) FROM refinery_schema_history")?, 5);
    Ok(())
}

#[test]
fn the_lock_is_free_after_a_run_and_after_an_error() -> Result<()> {
    let fresh = Fresh::schema();
    let db = fresh.open();
    let migrations = students().file("V2__broken.sql", "SELECT nonsense;");
    failure(&migrations, &db);
    failure(&migrations, &db);
    let fixed = students().file("V2__fixed.sql", "SELECT 1;").patience(Duration::ZERO);
    assert_eq!(applied(&fixed, &fresh.open())?, ["V2__fixed"]);
    Ok(())
}

#[test]
fn another_program_that_migrates_for_too_long_is_an_error() -> Result<()> {
    let fresh = Fresh::schema();
    let impatient = fresh.open();
    let slow = students().step(2, "slow", move |_| {
        let more = students().file("V3__more.sql", "SELECT 1;").patience(Duration::from_millis(120));
        let message = failure(&more, &impatient);
        assert!(message.contains("for longer than `Migrations::patience`"), "{message}");
        Ok(())
    });
    slow.run(&fresh.open()).map(drop)
}

#[test]
fn bodies_of_functions_are_one_statement() -> Result<()> {
    let fresh = Fresh::schema();
    let db = fresh.open();
    let function = "CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; RETURN 1; END; $$;\n\
                    CREATE FUNCTION two() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;\n\
                    /* /* nested; */ ; */ DO $do$ BEGIN PERFORM 1; END $do$;\n"
        .replace("BEGIN; RETURN", "BEGIN RETURN");
    Migrations::new().file("V1__functions.sql", function).run(&db)?;
    assert_eq!(number(&db, "SELECT (one() + two())::bigint")?, 3);
    Ok(())
}

#[test]
fn one_connection_is_enough() -> Result<()> {
    let fresh = Fresh::schema();
    let db = orm::Db::postgres().connections(1).connect(&fresh.address)?;
    let index = "-- orm: no transaction\nCREATE INDEX CONCURRENTLY names ON students (name);";
    let migrations = students()
        .file("V2__names.sql", index)
        .step(3, "ada", |tx| run(tx, "INSERT INTO students VALUES (1, 'Ada')").map(drop));
    assert_eq!(migrations.run(&db)?.len(), 3);
    assert_eq!(migrations.status(&db)?.len(), 3);
    Ok(())
}

#[test]
fn foreign_keys_cannot_be_off() {
    let fresh = Fresh::schema();
    let file = students().file("V2__off.sql", "-- orm: foreign keys off\nSELECT 1;");
    assert!(failure(&file, &fresh.open()).contains("which is for SQLite; remove the line"));
}
