//! Processes that are killed while they write, and that write beside each other.

use std::thread;
use std::time::Duration;

use orm::{Model, Result};

use crate::database::{Shared, open};
use crate::schemas::accounts::{Account, accounts_in, assert_whole, open_account};
use crate::support::child::{READY, child, given_address};

const ENTRIES: i64 = 30;

fn open_accounts_for_ever(address: &str) {
    let db = open(address);
    let first = Account::query().count(&db).expect("the rows are counted");
    println!("{READY}");
    for number in first.. {
        open_account(&db, &number.to_string(), ENTRIES).expect("an account is opened");
    }
}

#[test]
fn a_killed_process_leaves_whole_transactions() -> Result<()> {
    if let Some(address) = given_address() {
        open_accounts_for_ever(&address);
        return Ok(());
    }
    let file = Shared::new();
    drop(accounts_in(&file));
    let mut before = 0;
    for round in 0..12 {
        let child = child(a_killed_process_leaves_whole_transactions, &file.address());
        thread::sleep(Duration::from_millis(3 + 5 * round));
        drop(child);
        // Every second time it is the library that finds first what was left.
        if round % 2 == 0 {
            assert_whole(&file, ENTRIES);
        }
        let after = Account::query().count(&file.open())?;
        assert!(after >= before, "accounts are gone");
        assert_whole(&file, ENTRIES);
        before = after;
    }
    assert!(before > 0, "no child got as far as to write");
    Ok(())
}

fn open_fifty_accounts(address: &str) {
    let db = open(address);
    println!("{READY}");
    for number in 0..50 {
        open_account(&db, &format!("child {number}"), 2).expect("an account is opened");
    }
}

#[test]
fn two_processes_share_a_database() -> Result<()> {
    if let Some(address) = given_address() {
        open_fifty_accounts(&address);
        return Ok(());
    }
    let file = Shared::new();
    let db = accounts_in(&file);
    let mut child = child(two_processes_share_a_database, &file.address());
    for number in 0..50 {
        open_account(&db, &format!("parent {number}"), 2)?;
        let accounts = Account::query().prefetch(Account::entries()).all(&db)?;
        assert!(accounts.iter().all(|account| account.entries().len() == 2), "half a transaction is seen");
    }
    assert!(child.ends_well());
    assert_eq!(Account::query().count(&db)?, 100);
    drop(db);
    assert_whole(&file, 2);
    Ok(())
}
