//! Transactions that fail, conflict, or lose their connection.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use orm::{Db, Error, Model, ResultExt, sql};

use crate::proxy::Proxy;
use crate::server;
use crate::support::{Account, await_sleep, bank, commits_take_a_while, kill, new, process, run};

/// Whether there is an account of this owner.
fn is_there(db: &Db, owner: &str) -> bool {
    Account::query().filter(Account::owner().eq(owner)).exists(db).expect("the accounts are read")
}

#[test]
fn a_commit_after_a_failed_statement_is_an_error() -> Result<(), Error> {
    let (db, _) = bank();
    let transaction = db.begin()?;
    new("Grace").insert(&transaction)?;
    assert!(new("Ada").insert(&transaction).unwrap_err().is_unique_violation());
    let error = transaction.commit().unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    assert!(error.to_string().contains("accounts_owner"), "it names the first cause: {error}");
    assert!(!is_there(&db, "Grace"));

    // The same for a closure that drops the error.
    let result = db.transaction(|transaction| {
        new("Grace").insert(transaction)?;
        let _ = new("Ada").insert(transaction);
        Ok(())
    });
    assert!(result.unwrap_err().is_transaction_lost());
    assert!(!is_there(&db, "Grace"));
    Ok(())
}

#[test]
fn a_statement_after_a_failed_one_names_the_first() -> Result<(), Error> {
    let (db, _) = bank();
    let transaction = db.begin()?;
    assert!(new("Ada").insert(&transaction).unwrap_err().is_unique_violation());
    let error = Account::query().all(&transaction).unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    assert_eq!(error.sqlstate(), Some("25P02"));
    assert!(error.to_string().contains("accounts_owner"), "{error}");
    // Another failure does not replace the first cause.
    let error = sql("SELECT 1/0").tuples::<(i32,)>(&transaction).unwrap_err();
    assert!(error.to_string().contains("accounts_owner"), "{error}");
    transaction.rollback()?;

    // A part that failed is rolled back, and the rest goes on.
    db.transaction(|transaction| {
        new("Grace").insert(transaction)?;
        let part = transaction.transaction(|part| new("Ada").insert(part));
        assert!(part.unwrap_err().is_unique_violation());
        new("Kurt").insert(transaction)
    })?;
    assert!(is_there(&db, "Grace") && is_there(&db, "Kurt"));
    Ok(())
}

#[test]
fn a_connection_that_is_cut_while_idle_is_replaced() -> Result<(), Error> {
    let (db, url) = bank();
    let db_of_one = Db::postgres().connections(1).connect(&url)?;
    let first = process(&db_of_one)?;
    kill(first);
    assert_eq!(Account::query().count(&db_of_one)?, 2);
    assert_ne!(process(&db_of_one)?, first);
    drop(db);
    Ok(())
}

#[test]
fn a_connection_that_is_cut_within_a_transaction_is_an_error() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(1).connect(&url)?;
    let transaction = db.begin()?;
    new("Grace").insert(&transaction)?;
    kill(process(&transaction)?);
    let error = new("Kurt").insert(&transaction).unwrap_err();
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
    assert_eq!(error.sqlstate(), Some("57P01"), "{error}");
    let error = transaction.commit().unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    // The pool has a new connection, and no change of the transaction is stored.
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn a_connection_that_is_cut_before_the_commit_has_undone_it() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(1).connect(&url)?;
    let transaction = db.begin()?;
    new("Grace").insert(&transaction)?;
    kill(process(&transaction)?);
    let error = transaction.commit().unwrap_err();
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
    assert!(!is_there(&db, "Grace"));
    Ok(())
}

#[test]
fn a_connection_that_is_cut_at_the_commit_leaves_its_outcome_unknown() -> Result<(), Error> {
    let (db, _) = bank();
    commits_take_a_while(&db);
    let transaction = db.begin()?;
    new("Grace").insert(&transaction)?;
    let process = process(&transaction)?;
    let killer = thread::spawn(move || {
        await_sleep(process);
        kill(process);
    });
    let error = transaction.commit().unwrap_err();
    killer.join().expect("the killer ends");
    assert!(error.is_connection_lost() && error.is_outcome_unknown(), "{error}");
    assert!(!error.is_retryable());
    assert!(!is_there(&db, "Grace"));

    // A statement outside of a transaction commits by itself.
    let one = Db::postgres().connections(1).connect(&server::schema())?;
    one.create_tables::<(Account,)>()?;
    commits_take_a_while(&one);
    // Readers and writers take turns on the only connection.
    let process = sql("SELECT pg_backend_pid()").tuples::<(i32,)>(&one)?[0].0;
    let killer = thread::spawn(move || {
        await_sleep(process);
        kill(process);
    });
    let error = new("Grace").insert(&one).unwrap_err();
    killer.join().expect("the killer ends");
    assert!(error.is_connection_lost() && error.is_outcome_unknown(), "{error}");
    Ok(())
}

#[test]
fn a_commit_whose_answer_is_lost_may_have_happened() -> Result<(), Error> {
    let (db, url) = bank();
    let proxy = Proxy::start();
    let through = Db::connect(&proxy.url(&url))?;
    let transaction = through.begin()?;
    new("Grace").insert(&transaction)?;
    // Requests still arrive, and answers do not.
    proxy.swallow_answers();
    let error = transaction.commit().unwrap_err();
    assert!(error.is_connection_lost() && error.is_outcome_unknown(), "{error}");
    assert!(is_there(&db, "Grace"), "it did happen");
    Ok(())
}

#[test]
fn a_network_that_fails_within_a_transaction_is_an_error() -> Result<(), Error> {
    let (db, url) = bank();
    let proxy = Proxy::start();
    let through = Db::connect(&proxy.url(&url))?;
    let transaction = through.begin()?;
    new("Grace").insert(&transaction)?;
    proxy.cut();
    let error = new("Kurt").insert(&transaction).unwrap_err();
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
    drop(transaction);
    assert!(!is_there(&db, "Grace"));
    assert_eq!(Account::query().count(&through)?, 2);
    Ok(())
}

#[test]
fn a_serialization_failure_is_tried_again() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().serializable().connect(&url)?;
    let (both_have_read, attempts) = (Barrier::new(2), AtomicU32::new(0));
    // Each sees both balances and takes from its own account, which is impossible if one runs after the other.
    let withdraw = |id: i64| {
        let mut is_first = true;
        db.transaction_with_retries(5, |transaction| {
            attempts.fetch_add(1, Ordering::Relaxed);
            let total: i64 = Account::query().all(transaction)?.iter().map(|account| account.balance).sum();
            if std::mem::take(&mut is_first) {
                both_have_read.wait();
            }
            if total >= 200 {
                Account::rows_where(Account::id().eq(id)).update(transaction, Account::balance().set(0))?;
            }
            Ok(())
        })
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| withdraw(1));
        withdraw(2)?;
        other.join().expect("the thread ends")
    })?;
    assert!(attempts.load(Ordering::Relaxed) > 2, "one of the two was tried again");
    let total: i64 = Account::query().all(&db)?.iter().map(|account| account.balance).sum();
    assert_eq!(total, 100, "as if one had run after the other");
    Ok(())
}

#[test]
fn a_serialization_failure_says_what_to_do() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().serializable().connect(&url)?;
    let (left, right) = (db.begin()?, db.begin()?);
    for (transaction, id) in [(&left, 1), (&right, 2)] {
        Account::query().all(transaction)?;
        Account::rows_where(Account::id().eq(id)).update(transaction, Account::balance().set(0))?;
    }
    left.commit()?;
    let error = right.commit().unwrap_err();
    assert!(error.is_conflict() && error.is_retryable(), "{error}");
    assert_eq!(error.sqlstate(), Some("40001"));
    assert!(error.to_string().contains("transaction_with_retries"), "{error}");
    Ok(())
}

#[test]
fn a_deadlock_is_tried_again() -> Result<(), Error> {
    let (db, _) = bank();
    let (both_hold_one, attempts) = (Barrier::new(2), AtomicU32::new(0));
    let swap = |ids: [i64; 2]| {
        let mut is_first = true;
        db.transaction_with_retries(5, |transaction| {
            attempts.fetch_add(1, Ordering::Relaxed);
            for (position, id) in ids.into_iter().enumerate() {
                Account::rows_where(Account::id().eq(id)).update(transaction, Account::balance().add(1))?;
                if position == 0 && std::mem::take(&mut is_first) {
                    both_hold_one.wait();
                }
            }
            Ok(())
        })
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| swap([1, 2]));
        swap([2, 1])?;
        other.join().expect("the thread ends")
    })?;
    assert!(attempts.load(Ordering::Relaxed) > 2, "one of the two was tried again");
    let balances: Vec<i64> = Account::query().all(&db)?.iter().map(|account| account.balance).collect();
    assert_eq!(balances, [102, 102]);
    Ok(())
}

#[test]
fn a_commit_that_a_deferred_constraint_refuses_is_its_error() -> Result<(), Error> {
    let (db, _) = bank();
    run(&db, "ALTER TABLE accounts ADD CONSTRAINT once UNIQUE (owner, balance) DEFERRABLE INITIALLY DEFERRED");
    run(&db, "ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_owner_key");
    run(&db, "DROP INDEX IF EXISTS accounts_owner_key, accounts_owner_unique");
    let transaction = db.begin()?;
    sql("UPDATE accounts SET owner = 'Ada'").execute(&transaction)?;
    let error = transaction.commit().unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.constraint_name(), Some("once"));
    assert!(is_there(&db, "Emmy"));
    Ok(())
}

#[test]
fn what_was_read_in_a_transaction_stays_as_it_was() -> Result<(), Error> {
    let (db, _) = bank();
    let reading = db.begin_read()?;
    assert_eq!(Account::query().count(&reading)?, 2);
    new("Grace").insert(&db)?;
    assert_eq!(Account::query().count(&reading)?, 2);
    assert!(Account::find(&reading, 3).optional()?.is_none());
    let error = sql("DELETE FROM accounts RETURNING id").tuples::<(i64,)>(&reading).unwrap_err();
    assert!(error.is_read_only(), "{error}");
    drop(reading);
    assert_eq!(Account::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn what_only_reads_cannot_write() -> Result<(), Error> {
    let (db, url) = bank();
    for db in [db, Db::postgres().connections(1).connect(&url)?] {
        for _ in 0..2 {
            let error = sql("DELETE FROM accounts RETURNING id").tuples::<(i64,)>(&db).unwrap_err();
            assert!(error.is_read_only(), "{error}");
            Account::rows_where(Account::id().eq(1)).update(&db, Account::balance().add(1))?;
        }
    }
    Ok(())
}
