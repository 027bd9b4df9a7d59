//! Accounts with entries, which most cases write and read, whatever the database.

use orm::{Db, Model, Result};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(entries: Entry)]
pub(crate) struct Account {
    pub(crate) id: i64,
    #[model(unique)]
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    #[belongs_to(account: Account, on_delete = cascade)]
    pub(crate) account_id: i64,
    pub(crate) text: String,
}

/// An account with some entries, in one transaction.
pub(crate) fn open_account(db: &Db, name: &str, entries: i64) -> Result<()> {
    db.transaction(|transaction| {
        let account = NewAccount { name: name.into() }.insert(transaction)?;
        for entry in 0..entries {
            NewEntry { account_id: account.id, text: entry.to_string().repeat(500) }.insert(transaction)?;
        }
        Ok(())
    })
}
