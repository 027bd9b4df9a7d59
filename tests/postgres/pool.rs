//! The pool: its size is limited, waits end, and connections have no state of earlier users.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use orm::{Db, Error, Model, Result};

use crate::proxy::Proxy;
use crate::server;
use crate::support::{Account, bank, kill, new, process};

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

const CONNECTIONS: usize = 4;

/// Opens all connections of a pool, and returns the server's processes.
fn fill(db: &Db) -> Result<Vec<i32>> {
    let transactions: Vec<_> = (0..CONNECTIONS).map(|_| db.begin()).collect::<Result<_>>()?;
    let processes = transactions.iter().map(process).collect::<Result<_>>()?;
    // The data of the catalog is cached from here on.
    new("Grace").insert(&transactions[0])?;
    transactions.into_iter().try_for_each(orm::Transaction::rollback)?;
    Ok(processes)
}

/// Writes and reads once for each connection, at the same time, so that each of them is used.
fn every_connection_works(db: &Db, turn: &str) -> Result<()> {
    let transactions: Vec<_> = (0..CONNECTIONS - 1).map(|_| db.begin_read()).collect::<Result<_>>()?;
    // A write without a transaction, so that it would be unknown after a broken connection whether the row was written.
    new(turn).insert(db)?;
    transactions.iter().try_for_each(|transaction| Account::query().count(transaction).map(|_| ()))?;
    drop(transactions);
    let transactions: Vec<_> = (0..CONNECTIONS).map(|_| db.begin()).collect::<Result<_>>()?;
    for (number, transaction) in transactions.into_iter().enumerate() {
        new(&format!("{turn}, transaction {number}")).insert(&transaction)?;
        transaction.commit()?;
    }
    Ok(())
}

/// All ways in which a server ends idle connections: one by one, all at once, or after a crash of one of them.
#[test]
fn idle_connections_that_the_server_has_ended_are_replaced_before_they_are_used() -> Result<()> {
    type End<'p> = &'p dyn Fn(Vec<i32>);
    let (_direct, url) = bank();
    let proxy = Proxy::start();
    let db = Db::postgres().connections(CONNECTIONS).connect(&proxy.url(&url))?;
    let ends: [(&str, End<'_>); 4] = [
        ("terminated", &|processes| processes.into_iter().for_each(kill)),
        ("cut", &|_| proxy.cut()),
        ("crashed", &|_| proxy.crash()),
        ("terminated and cut", &|processes| {
            processes.into_iter().for_each(kill);
            proxy.cut();
        }),
    ];
    for (turn, end) in ends {
        let processes = fill(&db)?;
        end(processes);
        // The server's message has arrived.
        std::thread::sleep(Duration::from_millis(100));
        every_connection_works(&db, turn)?;
    }
    assert_eq!(Account::query().all(&db)?.len(), 2 + 4 * (1 + CONNECTIONS));
    Ok(())
}

/// A single write gets a connection that was checked immediately before.
#[test]
fn no_write_is_in_doubt_when_an_idle_connection_was_ended() -> Result<()> {
    let (_direct, url) = bank();
    let proxy = Proxy::start();
    let db = Db::postgres().connections(1).connect(&proxy.url(&url))?;
    for turn in 0..5 {
        new(&format!("before {turn}")).insert(&db)?;
        proxy.crash();
        std::thread::sleep(Duration::from_millis(50));
        new(&format!("after {turn}")).insert(&db)?;
    }
    assert_eq!(Account::query().count(&db)?, 12);
    Ok(())
}
