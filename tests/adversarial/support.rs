//! What the cases share: a database file, two models, and a statement that takes long.

use std::path::PathBuf;

use orm::{Db, Model, Result};
use tempfile::TempDir;

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

/// A statement that would run for hours.
pub(crate) const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000000000) SELECT count(*) FROM n";

/// A database file of its own, gone with this.
pub(crate) struct File {
    directory: TempDir,
}

impl File {
    pub(crate) fn new() -> Self {
        File { directory: tempfile::tempdir().expect("a directory is created") }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    pub(crate) fn open(&self) -> Db {
        Db::open(self.path()).expect("the file opens")
    }

    /// With the tables, and no rows.
    pub(crate) fn with_tables(&self) -> Db {
        let db = self.open();
        db.create_tables::<(Account, Entry)>().expect("the tables are created");
        db
    }

    /// A connection that is not ours, with SQLite's own defaults.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("the file opens")
    }
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

/// What must hold whatever went wrong: the file is sound, and every account has all of its entries.
#[track_caller]
pub(crate) fn assert_whole(raw: &rusqlite::Connection, entries: i64) {
    let sound: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("the check runs");
    assert_eq!(sound, "ok");
    let text = "SELECT count(*) FROM accounts a WHERE (SELECT count(*) FROM entries WHERE account_id = a.id) <> ?1";
    let partial: i64 = raw.query_row(text, [entries], |row| row.get(0)).expect("the rows are counted");
    assert_eq!(partial, 0, "an account has some of its entries");
    let text = "SELECT count(*) FROM entries WHERE account_id NOT IN (SELECT id FROM accounts)";
    let stray: i64 = raw.query_row(text, [], |row| row.get(0)).expect("the rows are counted");
    assert_eq!(stray, 0, "an entry has no account");
}
