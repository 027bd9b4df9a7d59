//! Waiting for a connection: which calls wait, in which order, for how long, and when they stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use orm::{AsyncDb, Error, Model, Result, sql};
use smol::future::poll_once;

use super::departments::{add, names, shared};
use crate::database::{Shared, either, open_narrow};
use crate::schemas::university::Department;
use crate::support::child;

const LONG: Duration = Duration::from_secs(60);

fn narrow(shared: &Shared, connections: usize, patience: Duration) -> AsyncDb {
    AsyncDb::from(open_narrow(&shared.address(), connections, patience))
}

#[test]
fn waiting_blocks_no_thread_of_the_runtime() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, LONG);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let holder = db.begin().await?;
        let other = db.clone();
        let waiting = tokio::spawn(async move { add(&other, "Art").await });
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(!waiting.is_finished());
        }
        holder.rollback().await?;
        waiting.await.expect("the task does not panic")?;
        Ok(())
    })
}

#[test]
fn who_comes_first_is_served_first() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, LONG);
    smol::block_on(async {
        let holder = db.begin().await?;
        let wanted: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let mut waiting: Vec<_> = wanted.iter().map(|name| Box::pin(add(&db, name))).collect();
        for future in &mut waiting {
            assert!(poll_once(future).await.is_none());
        }
        drop(holder);
        for future in waiting.into_iter().rev() {
            future.await?;
        }
        assert_eq!(names(&db).await?[3..], wanted);
        Ok(())
    })
}

#[test]
fn the_error_of_a_wait_names_the_calls_that_hold_the_connections() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, Duration::from_millis(200));
    let check = |error: Error, line: u32| {
        assert!(error.is_pool_timeout(), "{error}");
        let place = format!("tests/suite/asynchronous/waiting.rs:{line}:");
        assert!(error.to_string().contains(&place), "{error} names no {place}");
    };
    smol::block_on(async {
        let (line, holder) = (line!(), db.begin().await?);
        check(add(&db, "Art").await.expect_err("the connection is held"), line);
        check(db.begin().await.expect_err("the connection is held"), line);
        let closure = db.transaction(async |tx| add(tx, "Art").await);
        check(closure.await.expect_err("the connection is held"), line);
        check(db.run(|_| Ok(())).await.expect_err("the connection is held"), line);
        holder.commit().await?;
        let line = line!() + 1;
        let nested = db.transaction(async |tx| {
            names(tx).await?;
            add(&db, "Art").await
        });
        check(nested.await.expect_err("the transaction waits for itself"), line);
        assert_eq!(names(&db).await?.len(), 3);
        Ok(())
    })
}

#[test]
fn transactions_that_wait_for_one_more_connection_end_in_an_error() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 2, Duration::from_millis(200));
    smol::block_on(async {
        let (one, other) = (db.begin_read().await?, db.begin_read().await?);
        let (first, second) = smol::future::zip(names(&db), names(&db)).await;
        assert!(first.expect_err("both are held").is_pool_timeout());
        assert!(second.expect_err("both are held").is_pool_timeout());
        assert_eq!((names(&one).await?.len(), names(&other).await?.len()), (3, 3));
        drop((one, other));
        assert_eq!(names(&db).await?.len(), 3);
        Ok(())
    })
}

#[test]
fn work_that_is_cancelled_while_it_waits_leaves_no_trace() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, LONG);
    let token = Arc::new(());
    smol::block_on(async {
        let holder = db.begin().await?;
        let recording = db.record();
        let held = Arc::clone(&token);
        let blocking = db.run(move |tx| {
            let deleted = Department::all_rows().delete(tx);
            drop(held);
            deleted
        });
        let mut waiting = (Box::pin(blocking), Box::pin(add(&db, "Art")), Box::pin(db.begin()));
        let mut closure = db.transaction(async |tx| add(tx, "Art").await);
        assert!(poll_once(&mut waiting.0).await.is_none());
        assert!(poll_once(&mut waiting.1).await.is_none());
        assert!(poll_once(&mut waiting.2).await.is_none());
        assert!(poll_once(&mut closure).await.is_none());
        assert_eq!(Arc::strong_count(&token), 2);
        drop((waiting, closure));
        assert_eq!(Arc::strong_count(&token), 1);
        drop(holder);
        assert_eq!(names(&db).await?, ["Mathematics", "Physics", "Law"]);
        // A write now comes after all that waited.
        db.run(|_| Ok(())).await?;
        assert_eq!(recording.statements().len(), 1);
        Ok(())
    })
}

#[test]
fn a_closed_database_refuses_work() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(shared.open());
    smol::block_on(async {
        let clone = db.clone();
        add(&db, "Art").await?;
        db.close().await;
        assert!(names(&db).await.expect_err("it is closed").is_invalid());
        assert!(add(&clone, "Alchemy").await.expect_err("it is closed").is_invalid());
        assert!(clone.begin().await.expect_err("it is closed").is_invalid());
        let closure = clone.transaction(async |tx| add(tx, "Alchemy").await);
        assert!(closure.await.expect_err("it is closed").is_invalid());
        assert!(clone.run(|_| Ok(())).await.expect_err("it is closed").is_invalid());
        db.close().await;
        Ok(())
    })
}

#[test]
fn closing_waits_for_what_was_asked_for_before() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(shared.open());
    let is_done = Arc::new(AtomicBool::new(false));
    smol::block_on(async {
        let (done, (goes_on, may_go_on)) = (Arc::clone(&is_done), mpsc::channel());
        let mut running = db.run(move |_| {
            may_go_on.recv().expect("the test goes on");
            thread::sleep(Duration::from_millis(20));
            done.store(true, Ordering::Relaxed);
            Ok(())
        });
        let mut waiting = Box::pin(add(&db, "Art"));
        assert!(poll_once(&mut running).await.is_none());
        assert!(poll_once(&mut waiting).await.is_none());
        goes_on.send(()).expect("the closure waits");
        db.close().await;
        assert!(is_done.load(Ordering::Relaxed));
        running.await?;
        waiting.await?;
        assert_eq!(shared.counted("SELECT count(*) FROM departments"), 4);
        Ok(())
    })
}

#[test]
fn closing_waits_for_open_transactions() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(shared.open());
    smol::block_on(async {
        let tx = db.begin().await?;
        let mut closing = Box::pin(db.close());
        assert!(poll_once(&mut closing).await.is_none());
        add(&tx, "Art").await?;
        assert!(poll_once(&mut closing).await.is_none());
        tx.commit().await?;
        closing.await;
        assert_eq!(shared.counted("SELECT count(*) FROM departments"), 4);
        Ok(())
    })
}

/// Rows whose count takes hours.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n";

#[test]
fn an_interrupt_stops_what_runs_and_not_what_waits() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, LONG);
    smol::block_on(async {
        let mut running = sql(ENDLESS).tuples::<(i64,)>(&db);
        let mut waiting = Box::pin(names(&db));
        assert!(poll_once(&mut running).await.is_none());
        assert!(poll_once(&mut waiting).await.is_none());
        let stopped = loop {
            smol::Timer::after(Duration::from_millis(50)).await;
            db.interrupt()?;
            // An interrupt that came too early stops nothing. It is sent again only after a long time without effect.
            let patience = async {
                smol::Timer::after(Duration::from_secs(3)).await;
                None
            };
            if let Some(stopped) = smol::future::or(async { Some((&mut running).await) }, patience).await {
                break stopped;
            }
        };
        assert!(stopped.expect_err("it is stopped").is_interrupted());
        assert_eq!(waiting.await?.len(), 3);
        Ok(())
    })
}

#[test]
fn an_interrupt_reaches_no_later_statement() -> Result<()> {
    let shared = shared();
    let db = narrow(&shared, 1, LONG);
    for _ in 0..30 {
        let other = db.clone();
        let interrupting = thread::spawn(move || other.interrupt());
        match smol::block_on(names(&db)) {
            Ok(names) => assert_eq!(names.len(), 3),
            Err(error) => assert!(error.is_interrupted(), "{error}"),
        }
        interrupting.join().expect("the thread does not panic")?;
        assert_eq!(smol::block_on(names(&db))?.len(), 3);
    }
    Ok(())
}

/// The number of database threads of this process.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads are listed");
    let name = |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.ok()?.path().join("comm")).ok();
    tasks.filter_map(name).filter(|name| name.starts_with("orm-")).count()
}

/// Waits until the process has no thread of a database.
#[cfg(target_os = "linux")]
fn assert_no_threads() {
    for _ in 0..1_000 {
        if threads() == 0 {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{} threads are left", threads());
}

#[cfg(target_os = "linux")]
#[test]
fn threads_are_as_few_as_connections_and_end_with_the_database() -> Result<()> {
    let Some(address) = child::given_address() else {
        let shared = shared();
        let test = threads_are_as_few_as_connections_and_end_with_the_database;
        assert!(child::child(test, &shared.address()).ends_well());
        return Ok(());
    };
    println!("{}", child::READY);
    let db = AsyncDb::from(open_narrow(&address, 3, LONG));
    smol::block_on(async {
        let most = either(3 + 1 + 2, 3 + 1);
        let mut reading: Vec<_> = (0..50).map(|_| Box::pin(names(&db))).collect();
        let mut writing: Vec<_> = (0..50).map(|_| Box::pin(db.run(|_| Ok(())))).collect();
        for (read, write) in reading.iter_mut().zip(&mut writing) {
            let _ = (poll_once(read).await, poll_once(write).await);
        }
        assert!(threads() <= most, "{} threads", threads());
        // Calls that were ready at the first poll are not awaited again.
        drop((reading, writing));
        for _ in 0..10 {
            let (read, written) = smol::future::zip(names(&db), db.run(|_| Ok(()))).await;
            read.and(written)?;
        }
        assert!(threads() <= most, "{} threads", threads());
        Ok::<_, Error>(())
    })?;
    drop(db);
    assert_no_threads();
    // The cancelled call waits behind a slow one when the last handle is dropped.
    let db = AsyncDb::from(open_narrow(&address, 1, LONG));
    smol::block_on(async {
        let mut running = db.run(|_| {
            thread::sleep(Duration::from_millis(50));
            Ok(())
        });
        let _ = poll_once(&mut running).await;
        let _ = poll_once(Box::pin(add(&db, "Art"))).await;
    });
    drop(db);
    assert_no_threads();
    Ok(())
}
