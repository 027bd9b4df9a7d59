//! Futures of transactions that are dropped before they are ready. Each test is a mistake of another library.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use orm::{AsyncDb, Model, Result, sql};

use super::departments::{add, empty, names, shared};
use super::polls::{dropped_after, sweep};
use crate::database::{Shared, open_narrow};
use crate::schemas::university::{Department, Student, university};

/// A database with one connection that writes.
fn narrow(shared: &Shared) -> AsyncDb {
    AsyncDb::from(open_narrow(&shared.address(), 1, Duration::from_secs(60)))
}

/// Checks that a write is committed when it is awaited, and does not belong to a transaction of another task.
fn assert_no_transaction(db: &AsyncDb, shared: &Shared, name: &str) {
    smol::block_on(add(db, name)).expect("the connection is free");
    let others = format!("SELECT count(*) FROM departments WHERE name = '{name}'");
    assert_eq!(shared.counted(&others), 1, "the write stands in an open transaction");
}

#[test]
fn a_cancelled_begin_leaves_no_transaction_behind() {
    let shared = shared();
    let (db, number) = (narrow(&shared), Cell::new(0));
    sweep(
        || db.begin(),
        |begun| {
            drop(begun);
            number.set(number.get() + 1);
            assert_no_transaction(&db, &shared, &number.get().to_string());
        },
    );
    sweep(
        || async { add(&db.begin_read().await?, "never").await },
        |written| {
            assert!(written.is_none_or(|written| written.expect_err("it only reads").is_read_only()));
            number.set(number.get() + 1);
            assert_no_transaction(&db, &shared, &number.get().to_string());
        },
    );
}

#[test]
fn a_cancelled_commit_or_rollback_leaves_no_transaction_behind() {
    let shared = shared();
    let (db, number) = (narrow(&shared), Cell::new(0));
    for commits in [true, false] {
        sweep(
            || async {
                let tx = db.begin().await?;
                add(&tx, "one").await?;
                add(&tx, "two").await?;
                if commits { tx.commit().await } else { tx.rollback().await }
            },
            |ended| {
                assert!(ended.is_none_or(|ended| ended.is_ok()));
                number.set(number.get() + 1);
                assert_no_transaction(&db, &shared, &format!("next {}", number.get()));
                let count = |name| shared.counted(&format!("SELECT count(*) FROM departments WHERE name = '{name}'"));
                assert_eq!(count("one"), count("two"), "a part was written");
                assert!(commits || count("one") == 0, "it was committed");
                delete_written(&db);
            },
        );
    }
}

/// Deletes the rows of a transaction.
fn delete_written(db: &AsyncDb) {
    let written = Department::rows_where(Department::name().in_(["one", "two"]));
    smol::block_on(written.delete(db)).expect("the connection is free");
}

#[test]
fn a_dropped_transaction_is_rolled_back_though_nothing_follows() -> Result<()> {
    let shared = shared();
    let (db, other) = (narrow(&shared), shared.open());
    let tx = smol::block_on(db.begin())?;
    smol::block_on(sql("UPDATE departments SET name = 'X' WHERE id = 1").execute(&tx))?;
    drop(tx);
    // Another process waits for the lock, and this process makes no further call.
    sql("UPDATE departments SET name = 'Y' WHERE id = 1").execute(&other)?;
    assert_eq!(Department::find(&other, 1)?.name, "Y");
    drop(db);
    Ok(())
}

#[test]
fn a_cancelled_closure_is_there_wholly_or_not_at_all() {
    let shared = shared();
    let (db, number) = (narrow(&shared), Cell::new(0));
    sweep(
        || {
            db.transaction(async |tx| {
                add(tx, "one").await?;
                tx.transaction(async |tx| add(tx, "two").await).await?;
                Department::query().count(tx).await
            })
        },
        |done| {
            number.set(number.get() + 1);
            assert_no_transaction(&db, &shared, &format!("next {}", number.get()));
            let names = smol::block_on(names(&db)).expect("the connection is free");
            let count = |name| names.iter().filter(|found| *found == name).count();
            assert_eq!(count("one"), count("two"), "a part was written");
            assert!(done.is_none_or(|done| done.is_ok() && count("one") == 1));
            delete_written(&db);
        },
    );
}

#[test]
fn a_cancelled_statement_or_nested_transaction_leaves_the_transaction_usable() {
    let db = empty();
    let mut cancelled = 0;
    for polls in 0..8 {
        for pause in [0, 100, 1_000].map(Duration::from_micros) {
            let written = smol::block_on(db.transaction(async |tx| {
                add(tx, "before").await?;
                let statement = dropped_after(polls.min(1), pause, add(tx, "statement"));
                let nested = dropped_after(
                    polls,
                    pause,
                    tx.transaction(async |tx| {
                        add(tx, "nested").await?;
                        add(tx, "nested").await
                    }),
                );
                let guard = dropped_after(polls, pause, async {
                    let savepoint = tx.savepoint().await?;
                    add(tx, "guard").await?;
                    add(tx, "guard").await?;
                    savepoint.commit().await
                });
                cancelled += usize::from(nested.is_none());
                add(tx, "after").await?;
                let found = names(tx).await?;
                let count = |name| found.iter().filter(|found| *found == name).count();
                assert_eq!((count("before"), count("after")), (1, 1));
                assert!(count("statement") <= 1);
                assert!([0, 2].contains(&count("nested")) && [0, 2].contains(&count("guard")), "{found:?}");
                assert!(statement.is_none_or(|made| made.is_ok() && count("statement") == 1));
                assert!(nested.is_none_or(|made| made.is_ok() && count("nested") == 2));
                assert!(guard.is_none_or(|made| made.is_ok() && count("guard") == 2));
                Department::all_rows().delete(tx).await
            }));
            written.expect("the transaction is committed");
        }
    }
    assert!(cancelled > 0);
}

#[test]
fn a_database_in_memory_outlives_what_is_cancelled() {
    let db = AsyncDb::from(university());
    sweep(
        || async {
            let _ = smol::future::zip(names(&db), Student::query().prefetch(Student::courses()).all(&db)).await;
            db.begin().await?.rollback().await
        },
        |_| assert_eq!(smol::block_on(names(&db)).expect("it is there").len(), 3),
    );
}

#[test]
fn a_transaction_is_dropped_while_a_task_panics() {
    let shared = shared();
    let db = narrow(&shared);
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        smol::block_on(async {
            let tx = db.begin().await.expect("nobody else writes");
            let _savepoint = tx.savepoint().await.expect("the transaction is open");
            add(&tx, "Art").await.expect("the transaction is open");
            panic!("the task panics");
        })
    }));
    assert!(panicked.is_err());
    assert_no_transaction(&db, &shared, "next");
    assert_eq!(smol::block_on(names(&db)).expect("the connection is free").len(), 4);
}

#[test]
fn a_runtime_that_shuts_down_rolls_back_what_its_tasks_had_open() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let (other, (begun, is_open)) = (db.clone(), std::sync::mpsc::channel());
    runtime.spawn(async move {
        let tx = other.begin().await?;
        add(&tx, "Art").await?;
        begun.send(()).expect("the test waits");
        std::future::pending::<()>().await;
        tx.commit().await
    });
    is_open.recv().expect("the task begins a transaction");
    drop(runtime);
    assert_no_transaction(&db, &shared, "next");
    assert_eq!(smol::block_on(names(&db))?.len(), 4);
    Ok(())
}
