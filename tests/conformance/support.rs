//! What the tests share: fresh databases, the N+1 way to compare with, and the database's own account of a statement.

use std::path::{Path, PathBuf};

use orm::Db;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::Array;
use tempfile::TempDir;

pub(crate) use crate::compare::{assert_as_lazy, roots};

/// A fresh, empty database in memory.
pub(crate) fn db() -> Db {
    Db::memory().expect("a database in memory opens")
}

/// A fresh database file, which lives as long as this.
pub(crate) struct FileDb {
    pub(crate) db: Db,
    path: PathBuf,
    /// Deletes the file when it is dropped; after the connections, since fields are dropped in order.
    _directory: TempDir,
}

impl FileDb {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let path = directory.path().join("test.db");
        let db = Db::open(&path).expect("a new file opens");
        FileDb { db, path, _directory: directory }
    }

    /// A second handle on the file, with connections of its own.
    pub(crate) fn another(&self) -> Db {
        Db::open(&self.path).expect("the file opens again")
    }

    /// A connection that this project's driver knows nothing of.
    pub(crate) fn raw(&self) -> Connection {
        raw(&self.path)
    }

    /// Keys and texts that other code reads.
    pub(crate) fn read(&self, sql: &str) -> Vec<(i64, String)> {
        let raw = self.raw();
        let mut statement = raw.prepare(sql).expect("the statement is valid");
        let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect);
        rows.expect("the rows are read")
    }

    /// What a statement counts.
    pub(crate) fn counted(&self, sql: &str) -> usize {
        let count: i64 = self.raw().query_row(sql, [], |row| row.get(0)).expect("the database counts");
        usize::try_from(count).expect("a count is no less than zero")
    }

    /// The steps of the plan that SQLite makes for a statement.
    pub(crate) fn query_plan(&self, sql: &str) -> Vec<String> {
        query_plan(&self.raw(), sql)
    }
}

/// The one of the two that is meant for this database.
pub(crate) fn either<T>(sqlite: T, _postgres: T) -> T {
    sqlite
}

/// A connection of its own to a database file, on which our statements can be explained.
fn raw(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the file opens");
    rusqlite::vtab::array::load_module(&connection).expect("the module of key arrays loads");
    connection
        .create_scalar_function("orm_wanted", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(Array::default()))
        .expect("the function is created");
    connection
}

/// The steps of the plan that SQLite makes for a statement.
pub(crate) fn query_plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("the statement is valid");
    // Parameters that are not bound are `NULL`: the plan does not depend on them.
    let steps = statement.raw_query().mapped(|row| row.get("detail")).collect::<rusqlite::Result<_>>();
    steps.expect("a plan is rows of text")
}
