//! What a database driver offers, and the session in which statements run on one.
//!
//! Only the files below `driver/` name a database, and only they do I/O.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod holders;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod names;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod queue;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sandbox;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod setup;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::access::Access;
use crate::error::{Error, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::{Dialect, Request};
use crate::types::Param;

/// A connection to a database.
///
/// A trait, since each driver has its own, and a program learns at run time which it uses.
pub trait Connection: Send {
    /// Runs a statement and hands its rows to the sink.
    ///
    /// # Errors
    ///
    /// Those of the database and of the sink.
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()>;

    /// Runs a statement and hands its first row to the sink. What only reads may be ended there.
    ///
    /// # Errors
    ///
    /// As [`query`](Connection::query).
    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.query(text, params, sink)
    }

    /// Whether [`query_first`](Connection::query_first) leaves the other rows unread.
    fn ends_at_first(&self) -> bool {
        false
    }

    /// Runs a statement that writes and returns rows.
    ///
    /// In a transaction, what it wrote stays there when the sink refuses a row or misses one; the error
    /// says so. Alone, it has no effect then, if the connection
    /// [can refuse it](Connection::can_refuse).
    ///
    /// # Errors
    ///
    /// Those of the database and of the sink.
    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written>;

    /// Whether a statement that runs alone has no effect when its rows are refused. If not, it needs a transaction for
    /// that.
    fn can_refuse(&self) -> bool;

    /// Runs several statements, each with a sink for its rows: one after the other, or all sent before the first answer
    /// is waited for. `done` is told of each that ended, by its position, and of the error that ended them all.
    ///
    /// # Errors
    ///
    /// The first error of a statement or of a sink; it knows the statement.
    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut dyn FnMut(usize, Option<&Error>)) -> Result<()> {
        for (position, Request { sql, sink }) in requests.iter_mut().enumerate() {
            let result = self.query(&sql.text, &sql.params, *sink).map_err(|error| error.with_statement(&sql.text));
            done(position, result.as_ref().err());
            result?;
        }
        Ok(())
    }

    /// Runs a statement that returns no rows, and counts the rows it changed.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64>;

    /// Runs a statement without parameters or rows.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn batch(&mut self, text: &str) -> Result<()>;

    /// Runs a statement without parameters, and drops the rows that it may return.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    #[cfg(feature = "migrate")]
    fn perform(&mut self, text: &str) -> Result<()> {
        self.batch(text)
    }

    /// Begins a transaction by the dialect's statement for it, at the latest with the next statement.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        let _ = access;
        self.batch(text)
    }

    /// Ends a transaction, and makes what was changed in it last.
    ///
    /// # Errors
    ///
    /// Those of the database, also when it undid the changes instead.
    fn commit(&mut self, access: Access) -> Result<()> {
        let _ = access;
        self.batch("COMMIT")
    }

    /// Lets the transaction that reads end with the next statement, or with the next ones that are sent together: nothing is read in it
    /// after them. It counts as open until [`commit`](Connection::commit) all the same. A connection that gains nothing by
    /// this ignores it.
    fn commit_with_next(&mut self) {}

    /// Whether a transaction is open, as the database sees it: it may have ended one by itself.
    fn in_transaction(&self) -> bool;
}

/// What became of a statement that wrote and returned rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It has taken effect, or is part of the open transaction.
    Done,
    /// So it is, and triggers wrote too: the rows are as they were before, and what is stored must be read again.
    Again,
    /// It was rolled back, since triggers wrote too and what is stored can be read in a transaction only.
    Withheld,
}

/// Connections, lent one at a time.
///
/// A trait, since each driver has its own: one for a file, one for a server, and one for a server with replicas.
pub trait Pool: Send + Sync {
    /// The dialect that the connections speak.
    fn dialect(&self) -> &'static dyn Dialect;

    /// How many connections it lends at a time.
    fn capacity(&self) -> Capacity;

    /// Lends a connection, waiting for one if all are in use.
    ///
    /// # Errors
    ///
    /// When waiting took too long, when this thread holds the only connection, or when none can be opened.
    fn lend(&self, access: Access) -> Result<Lease<'_>>;

    /// Lends a connection for one piece of work, which a pool can do without the memory that a lease takes.
    ///
    /// # Errors
    ///
    /// As [`lend`](Pool::lend); the work is not done then.
    fn with(&self, access: Access, work: &mut dyn FnMut(&mut dyn Connection)) -> Result<()> {
        work(self.lend(access)?.connection());
        Ok(())
    }

    /// Copies the database to a new file.
    ///
    /// # Errors
    ///
    /// Those of the database and of the file; [`is_unsupported`](Error::is_unsupported) where a server does it.
    fn backup(&self, to: &Path, progress: &mut dyn FnMut(BackupProgress)) -> Result<()> {
        let _ = (to, progress);
        Err(Error::unsupported("a server is backed up by its own tools, such as `pg_dump`"))
    }

    /// Copies the write-ahead log into the database, and empties it.
    ///
    /// # Errors
    ///
    /// Those of the database; [`is_unsupported`](Error::is_unsupported) where a server does it.
    fn checkpoint(&self) -> Result<()> {
        Err(Error::unsupported("a server makes its checkpoints itself"))
    }

    /// Gathers statistics for the planner.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn optimize(&self) -> Result<()> {
        let mut done = Ok(());
        self.with(Access::Write, &mut |connection| done = connection.batch("ANALYZE"))?;
        done
    }

    /// How many rows from each end of a table are read to see in which forms its columns store their values.
    fn sampled_rows(&self) -> u64 {
        0
    }

    /// Stops the statements that run at this moment, on any lent connection.
    ///
    /// # Errors
    ///
    /// When they cannot be told to stop.
    fn interrupt(&self) -> Result<()>;
}

/// How many connections a pool lends at a time.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// Those for work that only reads; 0 if the others do that too.
    pub readers: usize,
    /// Those for work that writes.
    pub writers: usize,
    /// How long a connection is waited for.
    pub patience: Duration,
}

impl Capacity {
    /// Connections that all do the same.
    pub(crate) fn alike(connections: usize, patience: Duration) -> Self {
        Capacity { readers: 0, writers: connections, patience }
    }
}

/// A lent connection, which goes back to its pool when dropped.
pub struct Lease<'p>(Box<dyn AsMut<dyn Connection> + 'p>);

impl<'p> Lease<'p> {
    /// A lease by what gives the connection back when it is dropped.
    pub fn new(lent: impl AsMut<dyn Connection> + 'p) -> Self {
        Lease(Box::new(lent))
    }

    /// The connection.
    pub fn connection(&mut self) -> &mut (dyn Connection + 'static) {
        (*self.0).as_mut()
    }
}

impl fmt::Debug for Lease<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease(..)")
    }
}

/// How far a backup has come; see [`Db::backup_with_progress`](https://docs.rs/orm/latest/orm/struct.Db.html#method.backup_with_progress).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackupProgress {
    /// How many pages are still to be copied.
    pub remaining_pages: u64,
    /// How many pages the database has.
    pub total_pages: u64,
}

impl BackupProgress {
    #[cfg(feature = "sqlite")]
    pub(crate) fn new(remaining: i32, total: i32) -> Self {
        let pages = |pages: i32| u64::try_from(pages).unwrap_or_default();
        BackupProgress { remaining_pages: pages(remaining), total_pages: pages(total) }
    }
}
