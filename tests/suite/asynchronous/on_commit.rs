//! The callbacks after the commit of an asynchronous transaction.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use orm::{AsyncDb, AsyncExecutor, Model, Result};

use super::departments::{add, empty, names, shared};
use super::polls::sweep;
use crate::database::open_narrow;
use crate::schemas::university::Department;

/// Records the calls and their threads.
#[derive(Clone, Default)]
struct Called(Arc<Mutex<Vec<(&'static str, ThreadId)>>>);

impl Called {
    fn note(&self, name: &'static str) -> impl FnOnce() + Send + 'static {
        let called = self.clone();
        move || called.0.lock().expect("nothing panics").push((name, thread::current().id()))
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.lock().expect("nothing panics").iter().map(|(name, _)| *name).collect()
    }
}

#[test]
fn it_is_called_in_order_by_the_task_that_awaits_the_commit() -> Result<()> {
    let (db, called) = (empty(), Called::default());
    smol::block_on(db.transaction(async |tx| {
        tx.on_commit(called.note("first"));
        add(tx, "Law").await?;
        tx.on_commit(called.note("second"));
        tx.transaction(async |tx| {
            tx.on_commit(called.note("nested"));
            Ok(())
        })
        .await?;
        tx.on_commit(called.note("last"));
        assert!(called.names().is_empty());
        Ok(())
    }))?;
    assert_eq!(called.names(), ["first", "second", "nested", "last"]);
    let by: Vec<ThreadId> = called.0.lock().expect("nothing panics").iter().map(|(_, thread)| *thread).collect();
    assert_eq!(by, [thread::current().id(); 4]);
    AsyncExecutor::on_commit(&db, called.note("at once"));
    assert_eq!(called.names().len(), 5);
    Ok(())
}

#[test]
fn it_is_not_called_when_its_part_was_rolled_back() -> Result<()> {
    let (db, called) = (empty(), Called::default());
    smol::block_on(async {
        let tx = db.begin().await?;
        tx.on_commit(called.note("rolled back"));
        tx.rollback().await?;
        let tx = db.begin().await?;
        tx.on_commit(called.note("dropped"));
        drop(tx);
        let tx = db.begin().await?;
        let savepoint = tx.savepoint().await?;
        tx.on_commit(called.note("of a savepoint that was dropped"));
        drop(savepoint);
        let savepoint = tx.savepoint().await?;
        tx.on_commit(called.note("of a savepoint that was kept"));
        savepoint.commit().await?;
        tx.commit().await
    })?;
    assert_eq!(called.names(), ["of a savepoint that was kept"]);
    Ok(())
}

#[test]
fn it_belongs_to_the_transaction_it_was_given_to() -> Result<()> {
    let (db, called) = (empty(), Called::default());
    smol::block_on(async {
        let tx = db.begin().await?;
        let nested = tx.transaction(async |nested| {
            tx.on_commit(called.note("of the transaction"));
            nested.on_commit(called.note("of the nested transaction"));
            names(nested).await?;
            nested.transaction(async |nested| add(nested, "Law").await).await?;
            Department::find(nested, 1_000).await
        });
        assert!(nested.await.is_err());
        tx.commit().await
    })?;
    assert_eq!(called.names(), ["of the transaction"]);
    Ok(())
}

#[test]
fn it_is_called_exactly_once_if_a_commit_that_was_dropped_succeeds() {
    let shared = shared();
    let db = AsyncDb::from(open_narrow(&shared.address(), 1, Duration::from_secs(60)));
    let (called, mut committed) = (Arc::new(AtomicUsize::new(0)), 0);
    sweep(
        || async {
            let called = Arc::clone(&called);
            let tx = db.begin().await?;
            add(&tx, "Law").await?;
            tx.on_commit(move || {
                called.fetch_add(1, Ordering::Relaxed);
            });
            tx.commit().await
        },
        |output| {
            // The only writing connection reaches this after the commit.
            smol::block_on(db.run(|_| Ok(()))).expect("the connection is free");
            let found = smol::block_on(names(&db)).expect("the database reads").len() - 3;
            assert!(found == committed || found == committed + 1);
            assert!(output.is_none_or(|done| done.is_ok() && found == committed + 1));
            committed = found;
        },
    );
    smol::block_on(db.close());
    assert!(committed > 0);
    assert_eq!(called.load(Ordering::Relaxed), committed);
}
