//! SQLite as the database of the suite.

#[path = "on_sqlite/watch.rs"]
pub(crate) mod watch;

use std::path::PathBuf;
#[cfg(feature = "async")]
use std::time::Duration;

use orm::{Db, Error};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::{self, Array};
use tempfile::TempDir;

/// A new, empty database.
pub(crate) fn db() -> Db {
    Db::memory().expect("a database in memory opens")
}

/// A new database that other connections can read: a separate file, which is removed with this.
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

    /// The data with which another process opens it.
    pub(crate) fn address(&self) -> String {
        self.path().display().to_string()
    }

    pub(crate) fn open(&self) -> Db {
        open(&self.address())
    }

    /// Opens it so that it warns of N+1 queries from this number on.
    #[cfg(debug_assertions)]
    pub(crate) fn open_warning_at(&self, reads: usize) -> Db {
        Db::sqlite().n_plus_one_threshold(reads).open(self.path()).expect("the file opens")
    }

    /// Opens it so that everything is rolled back.
    pub(crate) fn sandbox(&self) -> Db {
        Db::sqlite().sandbox().open(self.path()).expect("the file opens")
    }

    /// A connection outside of the library, with SQLite's defaults.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.path()).expect("the file opens")
    }

    /// Returns the damage that SQLite finds in the file.
    pub(crate) fn damage(&self) -> Vec<String> {
        let raw = self.raw();
        let mut check = raw.prepare("PRAGMA integrity_check").expect("the statement is sound");
        let found = check.query_map([], |row| row.get(0)).and_then(Iterator::collect::<rusqlite::Result<Vec<String>>>);
        found.expect("the check runs").into_iter().filter(|line| line != "ok").collect()
    }

    /// Returns the pairs of numbers that a statement of the test selects.
    pub(crate) fn pairs(&self, sql: &str) -> Vec<(i64, i64)> {
        let raw = self.raw();
        let mut statement = raw.prepare(sql).expect("the statement is sound");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the statement runs");
        rows.map(|row| row.expect("the rows are numbers")).collect()
    }

    /// Keys and texts that other code reads.
    pub(crate) fn read(&self, sql: &str) -> Vec<(i64, String)> {
        let raw = self.raw();
        let mut statement = raw.prepare(sql).expect("the statement is sound");
        let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect);
        rows.expect("the rows are read")
    }

    /// Returns the count that a statement selects.
    pub(crate) fn counted(&self, sql: &str) -> usize {
        let count: i64 = self.raw().query_row(sql, [], |row| row.get(0)).expect("the database counts");
        usize::try_from(count).expect("a count is no less than zero")
    }

    /// Runs statements in SQLite's dialect, on a connection outside of the library.
    pub(crate) fn run(&self, statements: &str) {
        self.raw().execute_batch(statements).expect("the statements run");
    }

    /// A connection on which the library's statements can be explained.
    pub(crate) fn explaining(&self) -> Connection {
        let connection = self.raw();
        array::load_module(&connection).expect("the module of key arrays loads");
        connection
            .create_scalar_function("orm_wanted", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(Array::default()))
            .expect("the function is created");
        connection
    }

    /// Returns the steps of SQLite's plan for a statement.
    pub(crate) fn query_plan(&self, sql: &str) -> Vec<String> {
        query_plan(&self.explaining(), sql)
    }
}

/// Opens the database at an address.
pub(crate) fn open(address: &str) -> Db {
    Db::open(address).expect("the file opens")
}

/// Opens the database at an address with this number of connections for reading, for which work waits no longer than
/// this.
#[cfg(feature = "async")]
pub(crate) fn open_narrow(address: &str, connections: usize, patience: Duration) -> Db {
    Db::sqlite().readers(connections).pool_timeout(patience).open(address).expect("the file opens")
}

/// Opens the database at an address so that it waits only briefly for the locks of others.
#[cfg(feature = "async")]
pub(crate) fn open_impatient(address: &str) -> Db {
    Db::sqlite().busy_timeout(Duration::from_millis(10)).open(address).expect("the file opens")
}

/// Opens the database at an address so that its transactions run as if one came after the other, which they always do.
#[cfg(feature = "async")]
pub(crate) fn open_serializable(address: &str) -> Db {
    open(address)
}

/// Returns the error of opening a missing database whose name contains line breaks and colour codes.
pub(crate) fn missing() -> Error {
    Db::open("/nowhere/\u{1b}[31m\nforged.db").expect_err("there is no such folder")
}

/// Returns the steps of SQLite's plan for a statement.
pub(crate) fn query_plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("the statement is valid");
    // Unbound parameters are `NULL`. The plan does not depend on them.
    let steps = statement.raw_query().mapped(|row| row.get("detail")).collect::<rusqlite::Result<_>>();
    steps.expect("a plan is rows of text")
}

/// Returns the name of a primary key's constraint in an error.
pub(crate) fn primary_key_name(table: &str, column: &str) -> String {
    unique_name(table, &[column])
}

/// Returns the name of a unique key's constraint in an error.
pub(crate) fn unique_name(table: &str, columns: &[&str]) -> String {
    columns.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
}

/// Returns the text for this database, where the dialects differ.
pub(crate) fn either<T>(sqlite: T, _postgres: T) -> T {
    sqlite
}
