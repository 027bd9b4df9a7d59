//! SQLite as the database of the suite.

use std::path::PathBuf;

use orm::Db;
use tempfile::TempDir;

/// A fresh, empty database.
pub(crate) fn db() -> Db {
    Db::memory().expect("a database in memory opens")
}

/// A fresh database that others can look at: a file of its own, gone with this.
pub(crate) struct Shared {
    pub(crate) directory: TempDir,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Shared { directory: tempfile::tempdir().expect("a directory is created") }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    pub(crate) fn open(&self) -> Db {
        Db::open(self.path()).expect("the file opens")
    }

    /// A connection that is not ours, with SQLite's own defaults.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("the file opens")
    }

    /// The pairs of numbers that a statement of the test's own returns.
    pub(crate) fn pairs(&self, sql: &str) -> Vec<(i64, i64)> {
        let raw = self.raw();
        let mut statement = raw.prepare(sql).expect("the statement is sound");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the statement runs");
        rows.map(|row| row.expect("the rows are numbers")).collect()
    }
}

/// What an error calls the constraint of a primary key.
pub(crate) fn primary_key_name(table: &str, column: &str) -> String {
    unique_name(table, &[column])
}

/// What an error calls the constraint of a unique key.
pub(crate) fn unique_name(table: &str, columns: &[&str]) -> String {
    columns.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
}

/// The one of the two that is meant for this database: the text of a statement, where the dialects differ.
pub(crate) fn either<T>(sqlite: T, _postgres: T) -> T {
    sqlite
}
