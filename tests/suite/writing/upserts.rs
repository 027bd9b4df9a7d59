//! Inserting what may exist.

use orm::Result;

use crate::database::either;
use crate::schemas::bank::{Account, NewAccount, balances, bank};

#[test]
fn a_row_that_exists_is_updated_or_skipped() -> Result<()> {
    let db = bank()?;
    let new = |owner: &str, balance| NewAccount { owner: owner.into(), balance, note: Some("new".into()) };
    let ada = orm::upsert(&db, new("Ada", 1), Account::owner(), Account::balance())?;
    assert_eq!(ada, Account { id: 1, owner: "Ada".into(), balance: 1, note: None });
    let dan = orm::upsert(&db, new("Dan", 2), Account::owner(), (Account::balance(), Account::note()))?;
    // PostgreSQL counts a key for the row that was there already, too.
    assert_eq!((dan.id, dan.note.as_deref()), (either(4, 5), Some("new")));
    assert_eq!(orm::insert_or_skip(&db, new("Ben", 9), Account::owner())?, None);
    assert_eq!(orm::insert_or_skip(&db, new("Eve", 9), Account::owner())?.map(|eve| eve.balance), Some(9));
    assert_eq!(balances(&db)?, [1, 50, 0, 2, 9]);
    Ok(())
}
