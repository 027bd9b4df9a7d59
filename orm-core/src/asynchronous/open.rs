//! Opening databases, which takes a while, on a thread of its own.

use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe};
#[cfg(feature = "sqlite")]
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::AsyncDb;
use super::slot::Slot;
use crate::db::Db;
use crate::error::{Error, Result};

impl AsyncDb {
    /// Opens an SQLite database file, which is created if it is missing, as [`Db::open`]. For other options, open a [`Db`] and convert
    /// it: `AsyncDb::from(Db::sqlite().readers(8).open("students.db")?)`.
    ///
    /// # Errors
    ///
    /// As [`Db::open`].
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl Into<PathBuf>) -> impl Future<Output = Result<AsyncDb>> + Send + 'static {
        let path = path.into();
        opened(move || Db::open(path))
    }

    /// Opens a new SQLite database in memory, as [`Db::memory`]. It is gone with the last clone of the handle.
    ///
    /// # Errors
    ///
    /// Returns the error of SQLite.
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
    /// As [`Db::connect`].
    #[cfg(feature = "postgres")]
    pub fn connect(url: &str) -> impl Future<Output = Result<AsyncDb>> + Send + 'static {
        let url = url.to_owned();
        opened(move || Db::connect(&url))
    }
}

async fn opened(open: impl FnOnce() -> Result<Db> + Send + 'static) -> Result<AsyncDb> {
    aside(open).await.map(AsyncDb::from)
}

/// Lets some time pass.
pub(super) async fn sleep(time: Duration) {
    let slept = aside(move || {
        thread::sleep(time);
        Ok(())
    });
    // Without a thread there is no pause.
    let _ = slept.await;
}

/// Does some work on a thread of its own.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = Arc::new(Slot::default());
    let told = Arc::clone(&done);
    let thread = thread::Builder::new().name("orm-open".to_owned());
    let started = thread.spawn(move || told.put(panic::catch_unwind(AssertUnwindSafe(work))));
    started.map_err(|error| Error::no_thread(&error))?;
    poll_fn(|context| done.poll(context)).await
}
