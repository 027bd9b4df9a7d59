//! What the tests share: fresh databases, the N+1 way to compare with, and the database's own account of a statement.

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use orm::{Column, ColumnType, Db, Model, Query, Result};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::Array;
use tempfile::TempDir;

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
    let steps = statement.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>();
    steps.expect("a plan is rows of text")
}

/// Asserts that each row holds what a query for it alone returns, order included.
pub(crate) fn assert_as_lazy<Row, T: PartialEq + Debug>(
    rows: &[Row],
    loaded: impl Fn(&Row) -> T,
    lazy: impl Fn(&Row) -> Result<T>,
) {
    assert!(!rows.is_empty(), "nothing is compared");
    for (position, row) in rows.iter().enumerate() {
        let lazy = lazy(row).expect("the query for one row runs");
        assert_eq!(loaded(row), lazy, "row {position} holds something else than a query for it alone returns");
    }
}

/// Queries for rows of a model whose relations are loaded in different ways: of a whole table, by keys, by keys that come
/// unsorted, and for some rows only.
pub(crate) fn roots<M: Model, T: ColumnType>(key: Column<M, T>) -> [Query<M>; 4] {
    let (by_key, unsorted, some) = (M::query(), M::query(), M::query());
    [
        M::query(),
        by_key.filter(key.is_not_null()),
        unsorted.order_by(key.desc()).filter(key.is_not_null()),
        some.order_by(key.desc()).limit(3),
    ]
}
