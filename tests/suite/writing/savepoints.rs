//! Transactions within transactions.

use orm::{Model, Result};

use crate::schemas::bank::{Account, balances, bank};

#[test]
fn a_part_of_a_transaction_is_undone_by_itself() -> Result<()> {
    let db = bank()?;
    db.transaction(|tx| {
        Account::rows_where(Account::id().eq(1)).update(tx, Account::balance().set(1))?;
        let failed = tx.transaction(|tx| {
            Account::all_rows().update(tx, Account::balance().set(2))?;
            tx.transaction(|tx| Account::all_rows().delete(tx).map(|_| ()))?;
            Account::find(tx, 99).map(|_| ())
        });
        assert!(failed.is_err_and(|error| error.is_not_found()));
        tx.transaction(|tx| {
            Account::rows_where(Account::id().eq(2)).update(tx, Account::balance().set(3)).map(|_| ())
        })?;
        let savepoint = tx.savepoint()?;
        Account::all_rows().delete(tx)?;
        drop(savepoint);
        Ok(())
    })?;
    assert_eq!(balances(&db)?, [1, 3, 0]);
    Ok(())
}

#[test]
fn a_hundred_levels_of_savepoints_nest() -> Result<()> {
    fn descend(tx: &orm::Transaction<'_>, depth: u32) -> Result<()> {
        Account::rows_where(Account::id().eq(1)).update(tx, Account::balance().add(1))?;
        if depth == 0 { Ok(()) } else { tx.transaction(|tx| descend(tx, depth - 1)) }
    }
    let db = bank()?;
    db.transaction(|tx| descend(tx, 100))?;
    assert_eq!(balances(&db)?[0], 201);
    Ok(())
}

#[test]
fn a_panic_in_a_part_undoes_all_of_it() -> Result<()> {
    let db = bank()?;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        db.transaction(|tx| {
            Account::all_rows().delete(tx)?;
            tx.transaction(|_| -> Result<()> { panic!("in the middle") })
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(balances(&db)?, [100, 50, 0]);
    Ok(())
}

#[test]
fn an_outer_savepoint_ends_those_within() -> Result<()> {
    let db = bank()?;
    let tx = db.begin()?;
    let outer = tx.savepoint()?;
    let inner = tx.savepoint()?;
    Account::all_rows().delete(&tx)?;
    outer.rollback()?;
    inner.commit()?;
    tx.commit()?;
    assert_eq!(balances(&db)?, [100, 50, 0]);
    Ok(())
}
