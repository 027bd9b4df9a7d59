//! Opening databases, which blocks.

use std::future::Future;
#[cfg(feature = "sqlite")]
use std::path::PathBuf;

use super::AsyncDb;
use super::aside::aside;
use crate::db::Db;
use crate::error::Result;

impl AsyncDb {
    /// Opens an SQLite database file, which is created if it is missing, as [`Db::open`]. For other options, open a [`Db`] and convert
    /// it: `AsyncDb::from(Db::sqlite().readers(8).open("students.db")?)`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::open`].
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl Into<PathBuf>) -> impl Future<Output = Result<AsyncDb>> + Send + 'static {
        let path = path.into();
        opened(move || Db::open(path))
    }

    /// Opens a new SQLite database in memory, as [`Db::memory`]. It is lost with the last clone of the handle.
    ///
    /// # Errors
    ///
    /// Returns an error if SQLite cannot open the database.
    #[cfg(feature = "sqlite")]
    #[doc(alias = "in_memory")]
    pub fn memory() -> impl Future<Output = Result<AsyncDb>> + Send + 'static {
        opened(Db::memory)
    }

    /// Connects to a PostgreSQL database, as [`Db::connect`]. For other options, connect a [`Db`] and convert it:
    /// `AsyncDb::from(Db::postgres().connections(20).connect(url)?)`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::connect`].
    #[cfg(feature = "postgres")]
    pub fn connect(url: &str) -> impl Future<Output = Result<AsyncDb>> + Send + 'static {
        let url = url.to_owned();
        opened(move || Db::connect(&url))
    }
}

async fn opened(open: impl FnOnce() -> Result<Db> + Send + 'static) -> Result<AsyncDb> {
    aside(open).await.map(AsyncDb::from)
}
