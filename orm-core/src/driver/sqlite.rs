//! SQLite through rusqlite.

mod backup;
#[cfg(feature = "async")]
mod brief;
mod calendar;
mod computed;
mod connection;
mod decimal;
mod error;
mod forms;
mod gate;
#[cfg(feature = "json")]
mod json;
mod open;
mod options;
mod place;
mod pool;
mod rounding;
mod setup;
mod timer;
mod value;
mod wal;
mod wanted;

use std::path::PathBuf;

use super::Pool;
use super::sandbox::{Own, Sandbox};
use crate::access::Access;
use crate::error::Result;
use crate::sql::Dialect;
use crate::sql::sqlite::Sqlite;
use place::Place;
use pool::SqlitePool;

pub use options::SqliteOptions;
pub use setup::{SqliteArguments, SqliteSetup};

/// How SQL is written for SQLite.
pub(crate) const DIALECT: &dyn Dialect = &Sqlite;

/// The version of SQLite in this program, as `3053000`.
#[cfg(feature = "migrate")]
pub(crate) fn version() -> i32 {
    rusqlite::version_number()
}

impl SqliteOptions {
    /// The pool of connections to a database file.
    pub(crate) fn pool_of_file(self, path: PathBuf) -> Result<Box<dyn Pool>> {
        if self.is_sandbox {
            return self.sandboxed(&Place::File { path, create: true });
        }
        Ok(Box::new(SqlitePool::file(path, self)?))
    }

    /// The pool of the only connection to a new database in memory.
    pub(crate) fn pool_in_memory(self) -> Result<Box<dyn Pool>> {
        if self.is_sandbox {
            return self.sandboxed(&Place::Memory);
        }
        Ok(Box::new(SqlitePool::memory(self)?))
    }

    fn sandboxed(self, place: &Place) -> Result<Box<dyn Pool>> {
        let connection = open::open(place, Access::Write, &self)?;
        let handle = connection.interrupt_handle();
        let stop = Box::new(move || {
            handle.interrupt();
            Ok(())
        });
        let own = Own { dialect: &Sqlite, check_deferred: None, pool_timeout: self.pool_timeout, stop };
        Ok(Box::new(Sandbox::begin(Box::new(connection), own)?))
    }
}
