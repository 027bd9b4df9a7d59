//! What the cases share where the database is SQLite: files, and the database's own account of what it does.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use orm::{Db, Error};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use tempfile::TempDir;

use crate::bank::{Account, Entry};

/// A fresh, empty database.
pub(crate) fn db() -> Db {
    Db::memory().expect("a database in memory opens")
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

    /// What another process needs to know to open it.
    pub(crate) fn address(&self) -> String {
        self.path().display().to_string()
    }

    pub(crate) fn open(&self) -> Db {
        open(&self.address())
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

/// Opens what stands at an address.
pub(crate) fn open(address: &str) -> Db {
    Db::open(address).expect("the file opens")
}

/// The error of opening a database whose name forges lines and colours, and which is not there.
pub(crate) fn missing() -> Error {
    Db::open("/nowhere/\u{1b}[31m\nforged.db").expect_err("there is no such folder")
}

/// What must hold whatever went wrong: the file is sound, and every account has all of its entries.
#[track_caller]
pub(crate) fn assert_all_whole(file: &File, entries: i64) {
    assert_whole(&file.raw(), entries);
}

/// As [`assert_all_whole`], by a connection that is there.
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

/// Tells what SQLite is asked for by a statement, other than reading the two tables and calling functions of its own.
pub(crate) struct Watch {
    raw: rusqlite::Connection,
    actions: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    pub(crate) fn new(file: &File) -> Self {
        let (mut raw, actions) = (file.raw(), Arc::new(Mutex::new(Vec::new())));
        rusqlite::vtab::array::load_module(&raw).expect("the module is loaded");
        let seen = Arc::clone(&actions);
        raw.authorizer(Some(move |context: AuthContext<'_>| {
            let is_meant = match context.action {
                AuthAction::Select => true,
                AuthAction::Read { table_name, .. } => matches!(table_name, "accounts" | "entries" | "k" | "rarray"),
                AuthAction::Function { function_name } => matches!(function_name, "like" | "glob" | "count"),
                _ => false,
            };
            if !is_meant {
                seen.lock().expect("nobody panicked").push(format!("{:?}", context.action));
            }
            Authorization::Allow
        }))
        .expect("the authorizer is set");
        Watch { raw, actions }
    }

    pub(crate) fn others(&self, statement: &str) -> Vec<String> {
        self.raw.prepare(statement).expect("the statement is one");
        std::mem::take(&mut *self.actions.lock().expect("nobody panicked"))
    }
}

/// The one of the two that is meant for this database.
pub(crate) fn either<T>(sqlite: T, _postgres: T) -> T {
    sqlite
}
