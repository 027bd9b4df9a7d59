//! Transactions of asynchronous databases: closures, guards, and blocking closures.

use std::cell::Cell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm::{AsyncDb, AsyncExecutor, Constraint, Error, Model, Result, assert_queries, sql};

use super::departments::{add, empty, names, shared};
use crate::database::{either, open_impatient, open_serializable};
use crate::schemas::university::{Course, Department, NewDepartment, Student, university};

const RENAME: &str = "UPDATE departments SET name = 'X' WHERE id = 1";

/// The error of a program.
#[derive(Debug)]
enum Refusal {
    Full(String),
    Database(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Database(error)
    }
}

/// Whether a future panics with a text.
fn panics<T>(future: impl Future<Output = T>, text: &str) -> bool {
    let Err(panicked) = panic::catch_unwind(AssertUnwindSafe(|| smol::block_on(future))) else { return false };
    panicked.downcast_ref::<&str>().is_some_and(|message| *message == text)
}

#[test]
fn a_closure_borrows_from_its_surroundings_and_returns_a_value() -> Result<()> {
    let db = empty();
    let wanted = vec!["Law".to_owned(), "Art".to_owned()];
    let mut inserted = Vec::new();
    let count = smol::block_on(db.transaction(async |tx| {
        for name in &wanted {
            inserted.push(add(tx, name).await?.name);
        }
        Ok(wanted.len())
    }))?;
    assert_eq!((count, &inserted), (2, &wanted));
    assert_eq!(smol::block_on(names(&db))?, wanted);
    Ok(())
}

#[test]
fn a_closure_has_errors_of_the_program() -> Result<()> {
    let db = empty();
    let refused = smol::block_on(db.try_transaction(async |tx| {
        let law = add(tx, "Law").await?;
        Err::<(), _>(Refusal::Full(law.name))
    }));
    assert!(matches!(refused, Err(Refusal::Full(name)) if name == "Law"));
    let violated = smol::block_on(db.try_transaction(async |tx| {
        sql("INSERT INTO departments (id) VALUES (1)").execute(tx).await?;
        Ok::<_, Refusal>(())
    }));
    assert!(matches!(violated, Err(Refusal::Database(error)) if error.constraint() == Some(Constraint::NotNull)));
    assert!(smol::block_on(names(&db))?.is_empty());
    Ok(())
}

#[test]
fn an_early_return_rolls_back() -> Result<()> {
    let db = empty();
    let returned = smol::block_on(db.transaction(async |tx| {
        add(tx, "Law").await?;
        if names(tx).await?.len() == 1 {
            return Err(Department::find(tx, 17).await.expect_err("there is no such row"));
        }
        Ok(())
    }));
    assert!(returned.expect_err("it returns early").is_not_found());
    assert!(smol::block_on(names(&db))?.is_empty());
    Ok(())
}

#[test]
fn a_panic_reaches_the_task_and_rolls_back() -> Result<()> {
    let db = empty();
    let panicking = db.transaction(async |tx| {
        add(tx, "Law").await?;
        assert!(names(tx).await?.is_empty(), "the closure panics");
        Ok(())
    });
    assert!(panics(panicking, "the closure panics"));
    smol::block_on(async {
        assert!(names(&db).await?.is_empty());
        db.transaction(async |tx| add(tx, "Art").await).await?;
        assert_eq!(names(&db).await?, ["Art"]);
        Ok(())
    })
}

#[test]
fn a_panic_on_the_worker_reaches_the_task_and_the_worker_lives_on() -> Result<()> {
    let db = empty();
    let is_armed = Arc::new(AtomicUsize::new(0));
    let armed = Arc::clone(&is_armed);
    db.on_statement(move |statement| {
        let is_hit = statement.sql.contains(["\0", "departments", "BEGIN", "SAVEPOINT"][armed.load(Ordering::Relaxed)]);
        if is_hit {
            armed.store(0, Ordering::Relaxed);
            panic!("the observer panics");
        }
    });
    is_armed.store(1, Ordering::Relaxed);
    assert!(panics(names(&db), "the observer panics"));
    is_armed.store(1, Ordering::Relaxed);
    assert!(panics(db.transaction(async |tx| add(tx, "Law").await), "the observer panics"));
    is_armed.store(1, Ordering::Relaxed);
    assert!(panics(db.run(|tx| NewDepartment { name: "Law".into() }.insert(tx)), "the observer panics"));
    is_armed.store(2, Ordering::Relaxed);
    assert!(panics(db.begin(), "the observer panics"));
    is_armed.store(2, Ordering::Relaxed);
    assert!(smol::block_on(db.transaction(async |tx| add(tx, "Law").await)).is_err());
    is_armed.store(3, Ordering::Relaxed);
    let nested = db.transaction(async |tx| tx.transaction(async |tx| add(tx, "Law").await).await);
    assert!(smol::block_on(nested).is_err());
    is_armed.store(0, Ordering::Relaxed);
    smol::block_on(async {
        assert!(names(&db).await?.is_empty());
        db.transaction(async |tx| add(tx, "Art").await).await?;
        assert_eq!(names(&db).await?, ["Art"]);
        Ok(())
    })
}

#[test]
fn the_guard_commits_rolls_back_and_rolls_back_when_dropped() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        add(&tx, "Law").await?;
        tx.commit().await?;
        let tx = db.begin().await?;
        add(&tx, "Art").await?;
        tx.rollback().await?;
        let tx = db.begin().await?;
        add(&tx, "Alchemy").await?;
        drop(tx);
        assert_eq!(names(&db).await?, ["Law"]);
        Ok(())
    })
}

#[test]
fn a_statement_that_was_not_awaited_does_nothing() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        drop(add(&tx, "Law"));
        tx.commit().await?;
        assert!(names(&db).await?.is_empty());
        Ok(())
    })
}

#[test]
fn a_read_transaction_is_a_snapshot_and_refuses_to_write() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(shared.open());
    smol::block_on(async {
        let tx = db.begin_read().await?;
        assert_eq!(names(&tx).await?.len(), 3);
        add(&db, "Art").await?;
        assert_eq!(names(&tx).await?.len(), 3);
        assert!(add(&tx, "Alchemy").await.expect_err("it only reads").is_read_only());
        tx.commit().await?;
        assert_eq!(names(&db).await?.len(), 4);
        Ok(())
    })
}

#[test]
fn an_error_at_the_commit_is_returned_and_nothing_is_written() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)").execute(&db).await?;
        sql("CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
            .execute(&db)
            .await?;
        let violated = db.transaction(async |tx| {
            add(tx, "Law").await?;
            sql("INSERT INTO children VALUES (17)").execute(tx).await
        });
        assert!(violated.await.expect_err("there is no such parent").is_foreign_key_violation());
        assert!(names(&db).await?.is_empty());
        Ok(())
    })
}

#[test]
fn serialization_failures_are_tried_again() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(open_serializable(&shared.address()));
    let (read, attempts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // Each inserts its count, so that one of two tasks with the same count has to count again.
    let counts_itself = || {
        db.transaction_with_retries(20, async |tx| {
            let counted = Department::query().count(tx).await?;
            let first = attempts.fetch_add(1, Ordering::Relaxed) < 2;
            read.fetch_add(1, Ordering::Relaxed);
            // If two can read at the same time, both read before one of them writes.
            while either(false, first && read.load(Ordering::Relaxed) < 2) {
                smol::future::yield_now().await;
            }
            add(tx, &counted.to_string()).await.map(|_| ())
        })
    };
    smol::block_on(async {
        let (one, other) = smol::future::zip(counts_itself(), counts_itself()).await;
        one.and(other)?;
        let mut added = names(&db).await?.split_off(3);
        added.sort();
        assert_eq!(added, ["3", "4"]);
        assert!(attempts.load(Ordering::Relaxed) > either(1, 2));
        Ok(())
    })
}

#[test]
fn a_locked_database_is_tried_again() -> Result<()> {
    let shared = shared();
    let (db, other) = (AsyncDb::from(open_impatient(&shared.address())), shared.open());
    let holder = other.begin()?;
    sql(RENAME).execute(&holder)?;
    let (holder, attempts) = (Cell::new(Some(holder)), AtomicUsize::new(0));
    let renames = |most| {
        db.transaction_with_retries(most, async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            sql(RENAME).execute(tx).await
        })
    };
    smol::block_on(async {
        assert!(renames(2).await.expect_err("it is locked").is_busy());
        assert_eq!(attempts.load(Ordering::Relaxed), 2);
        let freed = async {
            while attempts.load(Ordering::Relaxed) < 4 {
                smol::future::yield_now().await;
            }
            drop(holder.take());
        };
        smol::future::zip(renames(20), freed).await.0
    })?;
    assert!(attempts.load(Ordering::Relaxed) >= 4);
    Ok(())
}

#[test]
fn a_transaction_is_rolled_back_before_the_pause() -> Result<()> {
    let db = empty();
    let times = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&times);
    db.on_statement(move |statement| {
        if ["ROLLBACK", "BEGIN"].iter().any(|word| statement.sql.starts_with(word)) {
            noted.lock().expect("no test panics here").push((statement.sql[..5].to_owned(), Instant::now()));
        }
    });
    let attempts = AtomicUsize::new(0);
    smol::block_on(db.transaction_with_retries(2, async |tx| {
        add(tx, "Law").await?;
        if attempts.fetch_add(1, Ordering::Relaxed) == 0 { Err(retryable()) } else { Ok(()) }
    }))?;
    let times = times.lock().expect("no test panics here");
    let [_, (rollback, ended), (again, began)] = &times[..] else { panic!("not three: {times:?}") };
    assert_eq!((&**rollback, &**again), ("ROLLB", "BEGIN"));
    assert!(began.duration_since(*ended) >= Duration::from_millis(9), "it is open during the pause");
    Ok(())
}

/// An error after which a transaction is tried again.
fn retryable() -> Error {
    let shared = shared();
    let (one, other) = (shared.open(), open_impatient(&shared.address()));
    let holder = one.begin().expect("nobody else writes");
    sql(RENAME).execute(&holder).expect("nobody else writes");
    sql(RENAME).execute(&other).expect_err("the row is locked")
}

#[test]
fn a_blocking_closure_is_one_transaction() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let law = assert_queries!(
            &db,
            2,
            db.run(|tx| {
                let law = NewDepartment { name: "Law".into() }.insert(tx)?;
                law.edit(tx, |law| law.name = "Laws".into())
            })
            .await?
        );
        assert_eq!(law.name, "Laws");
        let refused = db.try_run(|tx| {
            NewDepartment { name: "Art".into() }.insert(tx)?;
            Err::<(), _>(Refusal::Full("Art".into()))
        });
        assert!(matches!(refused.await, Err(Refusal::Full(_))));
        let violated = db.try_run(|tx| Ok::<_, Refusal>(sql("INSERT INTO departments (id) VALUES (1)").execute(tx)?));
        assert!(matches!(violated.await, Err(Refusal::Database(_))));
        assert_eq!(names(&db).await?, ["Laws"]);
        Ok(())
    })
}

#[test]
fn a_panic_in_a_blocking_closure_reaches_the_task() -> Result<()> {
    let db = empty();
    let closure = |tx: &orm::Transaction<'_>| -> Result<()> {
        NewDepartment { name: "Law".into() }.insert(tx)?;
        panic!("the closure panics");
    };
    assert!(panics(db.run(closure), "the closure panics"));
    assert!(panics(db.try_run::<(), Error>(closure), "the closure panics"));
    smol::block_on(async {
        add(&db, "Art").await?;
        assert_eq!(names(&db).await?, ["Art"]);
        Ok(())
    })
}

#[test]
fn a_transaction_lives_while_other_things_are_awaited() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        add(&tx, "Law").await?;
        smol::Timer::after(Duration::from_millis(5)).await;
        add(&tx, "Art").await?;
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["Law", "Art"]);
        Ok(())
    })
}

#[test]
fn statements_that_are_awaited_together_run_one_after_the_other() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        db.transaction(async |tx| {
            let (law, art) = smol::future::zip(add(tx, "Law"), add(tx, "Art")).await;
            law.and(art).map(|_| ())
        })
        .await?;
        assert_eq!(names(&db).await?, ["Law", "Art"]);
        Ok(())
    })
}

#[test]
fn rows_are_locked_in_a_transaction_that_writes() -> Result<()> {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        let query = || Student::query().filter(Student::id().eq(1)).for_update();
        let ada = db.transaction(async |tx| query().one(tx).await).await?;
        assert_eq!(ada.first_name, "Ada");
        let reading = db.begin_read().await?;
        assert!(query().one(&reading).await.expect_err("it only reads").is_read_only());
        Ok(())
    })
}

#[test]
fn a_transaction_is_passed_on_to_other_tasks() -> Result<()> {
    let db = Arc::new(empty());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let tx = Arc::new(db.begin().await?);
        let tasks = ["Law", "Art"].map(|name| {
            let tx = Arc::clone(&tx);
            tokio::spawn(async move { add(&tx, name).await })
        });
        for task in tasks {
            task.await.expect("the task does not panic")?;
        }
        Arc::into_inner(tx).expect("the tasks have ended").commit().await?;
        let mut found = tokio::spawn(async move { names(&db).await }).await.expect("the task does not panic")?;
        found.sort();
        assert_eq!(found, ["Art", "Law"]);
        Ok(())
    })
}

#[test]
fn a_database_in_an_arc_is_one() -> Result<()> {
    let db = Arc::new(AsyncDb::from(university()));
    smol::block_on(async {
        let courses = Course::query().all(&db).await?;
        let count = AsyncExecutor::transaction(&db, async |tx| Course::query().count(tx).await).await?;
        assert_eq!(count, courses.len() as u64);
        Ok(())
    })
}
