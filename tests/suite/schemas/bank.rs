//! Accounts and their transfers, for tests that write.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(transfers: Transfer)]
#[model(unique(owner))]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) owner: String,
    pub(crate) balance: i64,
    pub(crate) note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    #[belongs_to(account: Account, on_delete = cascade)]
    pub(crate) account_id: i64,
    pub(crate) amount: i64,
}

pub(crate) fn bank() -> Result<Db> {
    let db = db();
    db.create_tables::<(Account, Transfer)>()?;
    let accounts = [("Ada", 100), ("Ben", 50), ("Cleo", 0)];
    orm::insert_many(&db, accounts.map(|(owner, balance)| NewAccount { owner: owner.into(), balance, note: None }))?;
    orm::insert_many(&db, [NewTransfer { account_id: 1, amount: 7 }])?;
    Ok(db)
}

pub(crate) fn balances(db: &Db) -> Result<Vec<i64>> {
    Ok(Account::query().all(db)?.into_iter().map(|account| account.balance).collect())
}
