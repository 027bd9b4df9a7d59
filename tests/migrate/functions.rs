//! Functions as steps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use orm::migrate::Migrations;
use orm::{Result, Transaction, sql};

use crate::database::{Fresh, applied, exists, failure, number, on_each_database, run, students};

on_each_database!(
    a_function_runs_between_files,
    a_function_that_fails_is_rolled_back,
    a_function_that_panics_is_rolled_back_and_lets_others_go_on,
    what_a_function_wants_after_its_commit_can_use_the_database,
    functions_have_names_and_versions,
);

fn insert(tx: &Transaction<'_>) -> Result<()> {
    sql("INSERT INTO students VALUES (1, 'Ada')").execute(tx).map(drop)
}

fn a_function_runs_between_files(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = students().file("V8__twice.sql", "INSERT INTO students SELECT id + 1, name FROM students;").step(
        7,
        "ada",
        |tx: &Transaction<'_>| -> Result<()> { tx.transaction(insert) },
    );
    assert_eq!(applied(&migrations, &db)?, ["V1__students", "V7__ada", "V8__twice"]);
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 2);
    assert!(applied(&migrations, &db)?.is_empty());
    Ok(())
}

fn a_function_that_fails_is_rolled_back(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = students().step(2, "ada", |tx| {
        run(tx, "CREATE TABLE courses (id INTEGER)")?;
        insert(tx)?;
        insert(tx)
    });
    let message = failure(&migrations, &db);
    assert!(message.starts_with("migration V2__ada (a function) failed: a row with the same "), "{message}");
    assert!(message.ends_with("; its changes were rolled back"), "{message}");
    assert!(!exists(&db, "courses"));
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 0);
    Ok(())
}

fn a_function_that_panics_is_rolled_back_and_lets_others_go_on(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let panicking = students().step(2, "ada", |tx| {
        insert(tx)?;
        panic!("as the test wants it")
    });
    catch_unwind(AssertUnwindSafe(|| panicking.run(&db))).expect_err("it panics");
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 0);
    assert_eq!(applied(&students().step(2, "ada", insert), &db)?, ["V2__ada"]);
    Ok(())
}

fn what_a_function_wants_after_its_commit_can_use_the_database(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let seen = Arc::new(AtomicI64::new(-1));
    let (again, count) = (db.clone(), Arc::clone(&seen));
    let migrations = students().step(2, "ada", move |tx| {
        insert(tx)?;
        let (again, count) = (again.clone(), Arc::clone(&count));
        tx.on_commit(move || {
            run(&again, "INSERT INTO students VALUES (2, 'Grace')").expect("the database can be written");
            count.store(number(&again, "SELECT count(*) FROM students").expect("it can be read"), Ordering::Relaxed);
        });
        Ok(())
    });
    migrations.run(&db)?;
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    Ok(())
}

fn functions_have_names_and_versions(fresh: &Fresh) {
    let db = fresh.open();
    for (version, name) in [(-1, "ada"), (1, ""), (1, "ada lovelace"), (1, "it's")] {
        let message = failure(&Migrations::new().step(version, name, |_| Ok(())), &db);
        assert!(message.starts_with("a step cannot have the version "), "{message}");
    }
}
