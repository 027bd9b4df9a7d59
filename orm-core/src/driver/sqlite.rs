//! SQLite through rusqlite.

mod backup;
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
use crate::error::Result;
use pool::SqlitePool;

pub use options::SqliteOptions;
pub use setup::{SqliteArguments, SqliteSetup};

impl SqliteOptions {
    /// The pool of connections to a database file.
    pub(crate) fn pool_of_file(self, path: PathBuf) -> Result<Box<dyn Pool>> {
        Ok(Box::new(SqlitePool::file(path, self)?))
    }

    /// The pool of the one connection to a new database in memory.
    pub(crate) fn pool_in_memory(self) -> Result<Box<dyn Pool>> {
        Ok(Box::new(SqlitePool::memory(self)?))
    }
}
