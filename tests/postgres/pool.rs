//! The pool: bounded, with waits that end, and connections that are clean.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use orm::{Db, Error, Model};

use crate::server;
use crate::support::{Account, bank, new};

#[test]
fn a_thread_that_would_wait_for_itself_gets_an_error() -> Result<(), Error> {
    let db = Db::postgres().connections(1).connect(server::url())?;
    let _transaction = db.begin()?;
    let error = db.begin_read().unwrap_err();
    assert!(error.is_reentrant(), "{error}");
    Ok(())
}

#[test]
fn a_wait_for_a_connection_ends_and_says_who_holds_them() -> Result<(), Error> {
    let db = Db::postgres().connections(2).pool_timeout(Duration::from_millis(50)).connect(server::url())?;
    let (_first, _second) = (db.begin()?, db.begin()?);
    let waiting = std::thread::scope(|scope| scope.spawn(|| db.begin().map(drop)).join().expect("the thread ends"));
    let error = waiting.unwrap_err();
    assert!(error.is_pool_timeout(), "{error}");
    assert_eq!(error.to_string().matches("a connection is held by thread").count(), 2, "{error}");
    Ok(())
}

#[test]
fn what_a_panic_leaves_open_is_undone() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(1).connect(&url)?;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|transaction| -> Result<(), Error> {
            new("Grace").insert(transaction)?;
            panic!("in the middle");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn many_threads_share_few_connections() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(3).connect(&url)?;
    std::thread::scope(|scope| {
        let work = |thread: usize| {
            let db = &db;
            move || {
                (0..20).try_for_each(|turn| {
                    new(&format!("{thread}-{turn}")).insert(db)?;
                    Account::query().count(db).map(|_| ())
                })
            }
        };
        let threads: Vec<_> = (0..12).map(|thread| scope.spawn(work(thread))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("the thread ends"))
    })?;
    assert_eq!(Account::query().count(&db)?, 2 + 12 * 20);
    Ok(())
}
