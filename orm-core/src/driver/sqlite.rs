//! SQLite through rusqlite.

mod connection;
mod decimal;
mod error;
mod pool;
mod timer;
mod value;
mod wanted;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::db::Db;
use crate::error::Result;
use pool::SqlitePool;

/// How an SQLite database is opened. [`Db::open`] uses the defaults.
#[derive(Clone, Debug)]
#[must_use = "options do nothing until a database is opened with them"]
pub struct SqliteOptions {
    pub(crate) readers: usize,
    pub(crate) busy_timeout: Duration,
    pub(crate) pool_timeout: Duration,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) cached_statements: usize,
    pub(crate) read_only: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        SqliteOptions {
            readers: 4,
            busy_timeout: Duration::from_secs(5),
            pool_timeout: Duration::from_secs(10),
            statement_timeout: None,
            cached_statements: 128,
            read_only: false,
        }
    }
}

impl SqliteOptions {
    /// At most so many connections that read, besides the one that writes. 4 by default, at least 1.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// How long to wait for a lock that another process holds. 5 seconds by default.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How long to wait for a connection that another thread of this program uses. 10 seconds by default.
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = timeout;
        self
    }

    /// How long a statement may run, with the decoding of its rows, before it is stopped with an error,
    /// [`is_statement_timeout`](crate::error::Error::is_statement_timeout). No limit by default. A wait for a lock or a
    /// connection is not cut short by it: these have limits of their own.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How many prepared statements each connection keeps. 128 by default.
    pub fn cached_statements(mut self, statements: usize) -> Self {
        self.cached_statements = statements;
        self
    }

    /// Opens an existing file for reading only, and changes nothing about it, not even its journal mode.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Opens a database file; `:memory:` opens a new database in memory, as everywhere with SQLite.
    ///
    /// # Errors
    ///
    /// As [`Db::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Db> {
        // To SQLite it is a new database for each connection, of which there would be several.
        if path.as_ref() == Path::new(":memory:") {
            return self.memory();
        }
        Ok(Db::new(SqlitePool::file(path.as_ref().to_owned(), self)?))
    }

    /// Opens a new database in memory.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn memory(self) -> Result<Db> {
        Ok(Db::new(SqlitePool::memory(self)?))
    }
}

impl Db {
    /// Opens an SQLite database file, which is created if it is missing.
    ///
    /// The file is switched to write-ahead logging, so that readers and a writer do not wait for each other. Foreign
    /// keys are enforced, and a name in double quotes is never taken for a string.
    ///
    /// # Errors
    ///
    /// [`is_open_failure`](crate::error::Error::is_open_failure) when the path is a directory, cannot be read, or holds
    /// no SQLite database.
    pub fn open(path: impl AsRef<Path>) -> Result<Db> {
        SqliteOptions::default().open(path)
    }

    /// Opens a new SQLite database in memory. It has a single connection and is gone with the last clone of the handle.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn memory() -> Result<Db> {
        SqliteOptions::default().memory()
    }

    /// How an SQLite database is opened, to be changed from the defaults.
    pub fn sqlite() -> SqliteOptions {
        SqliteOptions::default()
    }
}

/// What a pool opens.
#[derive(Clone, Debug)]
enum Place {
    File(PathBuf),
    Memory,
}
