//! Accounts with entries, for writes during failures.

use orm::{Db, Model, Result};

use crate::database::Shared;

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

/// The tables without rows, where other connections can read them.
pub(crate) fn accounts_in(file: &Shared) -> Db {
    let db = file.open();
    db.create_tables::<(Account, Entry)>().expect("the tables are created");
    db
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

/// Checks what must hold after every failure: the database is consistent, and every account has all of its entries.
#[track_caller]
pub(crate) fn assert_whole(file: &Shared, entries: i64) {
    assert_eq!(file.damage(), [""; 0]);
    let entries_of = "SELECT count(*) FROM entries WHERE account_id = a.id";
    let partial = file.counted(&format!("SELECT count(*) FROM accounts a WHERE ({entries_of}) <> {entries}"));
    assert_eq!(partial, 0, "an account has some of its entries");
    let stray = file.counted("SELECT count(*) FROM entries WHERE account_id NOT IN (SELECT id FROM accounts)");
    assert_eq!(stray, 0, "an entry has no account");
}
