//! The interface of database drivers: pools and connections.
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
#[cfg(feature = "async")]
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::access::Access;
use crate::error::{Error, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::{Dialect, Request};
use crate::types::Param;

/// A connection to a database.
///
/// This is a trait because each driver has its own connections, and a program chooses the driver at run time.
pub trait Connection: Send {
    /// Runs a statement and passes its rows to the sink.
    ///
    /// # Errors
    ///
    /// Returns the error of the database or of the sink.
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()>;

    /// Runs a statement and passes its first row to the sink. A statement that only reads may be ended there.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`query`](Connection::query).
    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.query(text, params, sink)
    }

    /// Whether [`query_first`](Connection::query_first) leaves the other rows unread.
    fn ends_at_first(&self) -> bool {
        false
    }

    /// Runs a statement that writes and returns rows.
    ///
    /// In a transaction, its changes remain when the sink refuses a row or misses one; the error says so. Outside of a
    /// transaction, it has no effect then, if the connection [can refuse it](Connection::can_refuse).
    ///
    /// # Errors
    ///
    /// Returns the error of the database or of the sink.
    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written>;

    /// Runs an `INSERT` of one row without `RETURNING`, once for every `of_row` parameters, and calls `key` with each generated
    /// key. Several rows need an open transaction. Outside of a transaction, returns `None` and rolls back if a trigger changed
    /// rows.
    ///
    /// # Errors
    ///
    /// Returns the error of the database, or an error if [`tells_of_inserts`](Connection::tells_of_inserts) is false.
    fn insert(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        of_row: usize,
        key: &mut dyn FnMut(i64),
    ) -> Result<Option<Inserted>> {
        let _ = (text, params, of_row, key);
        Err(Error::unsupported("the database does not return the key of an inserted row"))
    }

    /// Whether [`insert`](Connection::insert) returns what was inserted.
    fn tells_of_inserts(&self) -> bool {
        false
    }

    /// Whether a statement outside of a transaction has no effect when its rows are refused. If not, it needs a
    /// transaction for that.
    fn can_refuse(&self) -> bool;

    /// Runs several statements, each with a sink for its rows: one after the other, or all sent before the first answer
    /// is read. Calls `done` for each statement that has ended: with its position, its duration if the connection knows
    /// it, and the error that ended them all.
    ///
    /// # Errors
    ///
    /// Returns the first error of a statement or of a sink, which contains the statement.
    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut Done<'_>) -> Result<()> {
        for (position, Request { sql, sink }) in requests.iter_mut().enumerate() {
            let result = self.query(&sql.text, &sql.params, *sink).map_err(|error| error.with_statement(&sql.text));
            done(position, None, result.as_ref().err());
            result?;
        }
        Ok(())
    }

    /// Runs a statement that returns no rows, and counts the rows it changed.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64>;

    /// Runs a statement without parameters or rows.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    fn batch(&mut self, text: &str) -> Result<()>;

    /// Runs a statement without parameters, and discards any rows that it returns.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    fn perform(&mut self, text: &str) -> Result<()> {
        self.batch(text)
    }

    /// Begins a transaction with the dialect's statement for it, at the latest before the next statement.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        let _ = access;
        self.batch(text)
    }

    /// Commits a transaction.
    ///
    /// # Errors
    ///
    /// Returns the error of the database, also if it rolled back instead.
    fn commit(&mut self, access: Access) -> Result<()> {
        let _ = access;
        self.batch("COMMIT")
    }

    /// Allows the read transaction to end with the next statement, or with the next statements that are sent together:
    /// nothing is read in it after them. It still counts as open until [`commit`](Connection::commit). A connection
    /// that gains nothing by this ignores it.
    fn commit_with_next(&mut self) {}

    /// Whether a transaction is open in the database, which may have ended one itself.
    fn in_transaction(&self) -> bool;

    /// Announces that the next call reads the catalog, whose answer is remembered.
    fn next_looks_up(&mut self) {}

    /// The duration of the call that began at `since` and has returned, for observers. `None` if the call has no answer
    /// that counts, or if observers have been notified already.
    fn took(&self, since: Instant) -> Option<Duration> {
        Some(since.elapsed())
    }
}

/// A checked-out connection that a task polls: work on it never blocks, and is repeated from the start when an answer
/// has arrived.
///
/// Each attempt at the work makes the same calls. The connection repeats the answers that it has. The first call
/// without an answer fails, and so does each call after it, so the attempt ends. Then the task awaits the answer. When
/// this is dropped, the connection returns to its pool.
///
/// This is a trait because each driver that can be polled has its own type.
#[cfg(feature = "async")]
pub trait Polled: Send {
    /// Returns the connection for another attempt.
    fn attempt(&mut self) -> &mut dyn Connection;

    /// Returns how the last attempt ended.
    fn attempted(&self) -> Attempted;

    /// Polls for the answer.
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<()>;

    /// Whether nothing will wake the task that polls it, so a thread has to continue.
    fn is_stuck(&self) -> bool;

    /// Switches to blocking: from now on, waiting for an answer blocks the thread.
    fn block(&mut self);
}

/// How an attempt at some work ended.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// It had all answers, so its result is valid.
    Whole,
    /// It needs an answer that is awaited now.
    Asked,
    /// It made another call than the attempt before, because the tables have changed in between.
    Astray,
}

/// How work on a connection that was free ended.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brief {
    /// It reached its end.
    Whole,
    /// It was broken off, because it was not short.
    BrokenOff,
    /// No connection was free.
    NotBegun,
}

/// A function that is called for each statement that has ended, of several that were sent together: with its position,
/// its duration if the connection knows it, and its error.
pub type Done<'d> = dyn FnMut(usize, Option<Duration>, Option<&Error>) + 'd;

/// What is known of inserted rows.
#[derive(Clone, Copy, Debug)]
pub struct Inserted {
    /// How many rows were inserted: fewer than were sent if the table ignores some.
    pub rows: u64,
    /// Whether nothing else was written, for example by a trigger.
    pub is_alone: bool,
}

/// The outcome of a statement that wrote and returned rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It has taken effect, or is a part of the open transaction.
    Done,
    /// It has taken effect, and triggers wrote too: the returned rows are older than the stored ones, which must be
    /// read again.
    Again,
    /// It was rolled back, because triggers wrote too, and the stored rows can only be read in a transaction.
    Withheld,
}

/// A connection pool.
///
/// This is a trait because each driver has its own: for a file, for a server, and for a server with replicas.
pub trait Pool: Send + Sync {
    /// Returns the dialect of the connections.
    fn dialect(&self) -> &'static dyn Dialect;

    /// Returns how many connections can be in use at the same time.
    fn capacity(&self) -> Capacity;

    /// Checks out a connection, waiting for one if all are in use.
    ///
    /// # Errors
    ///
    /// Returns an error if waiting took too long, if this thread holds the only connection, or if no connection can be
    /// opened.
    fn lend(&self, access: Access) -> Result<Lease<'_>>;

    /// Checks out a connection for one piece of work; a pool can do this without the allocation of a lease.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`lend`](Pool::lend); then the work is not done.
    fn with(&self, access: Access, work: &mut dyn FnMut(&mut dyn Connection)) -> Result<()> {
        work(self.lend(access)?.connection());
        Ok(())
    }

    /// Whether tasks can poll its connections in the context of the caller.
    #[cfg(feature = "async")]
    fn is_polled(&self) -> bool {
        false
    }

    /// Checks out a connection for the calling task, which polls it. `None` if the task would have to wait for one, or
    /// to open one.
    #[cfg(feature = "async")]
    fn lend_polled(&self, access: Access) -> Option<Box<dyn Polled>> {
        let _ = access;
        None
    }

    /// Whether tasks can do short work on its connections without waiting for anything.
    #[cfg(feature = "async")]
    fn is_near(&self) -> bool {
        false
    }

    /// Does some work that reads with one statement, on a connection that is free. A statement that takes longer than
    /// the limit is broken off, and so is work that begins with something else: it has to be repeated elsewhere.
    #[cfg(feature = "async")]
    fn briefly(&self, limit: Duration, work: &mut dyn FnMut(&mut dyn Connection)) -> Brief {
        let _ = (limit, work);
        Brief::NotBegun
    }

    /// Copies the database to a new file.
    ///
    /// # Errors
    ///
    /// Returns the error of the database or of the file, or one that [`is_unsupported`](Error::is_unsupported) if this
    /// is the server's task.
    fn backup(&self, to: &Path, progress: &mut dyn FnMut(BackupProgress)) -> Result<()> {
        let _ = (to, progress);
        Err(Error::unsupported("back up a server with its own tools, such as `pg_dump`"))
    }

    /// Copies the write-ahead log into the database, and empties it.
    ///
    /// # Errors
    ///
    /// Returns the error of the database, or one that [`is_unsupported`](Error::is_unsupported) if this is the server's
    /// task.
    fn checkpoint(&self) -> Result<()> {
        Err(Error::unsupported("a server runs its checkpoints itself"))
    }

    /// Gathers statistics for the planner.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    fn optimize(&self) -> Result<()> {
        let mut done = Ok(());
        self.with(Access::Write, &mut |connection| done = connection.batch("ANALYZE"))?;
        done
    }

    /// How many rows from each end of a table are read to find out in which forms its columns store their values.
    fn sampled_rows(&self) -> u64 {
        0
    }

    /// Interrupts the statements that are running, on all connections in use.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be interrupted.
    fn interrupt(&self) -> Result<()>;
}

/// How many connections of a pool can be in use at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// Connections for work that only reads; 0 if the others do that too.
    pub readers: usize,
    /// Connections for work that writes.
    pub writers: usize,
    /// The maximum time to wait for a connection.
    pub patience: Duration,
}

impl Capacity {
    /// Connections that all serve the same work.
    pub(crate) fn alike(connections: usize, patience: Duration) -> Self {
        Capacity { readers: 0, writers: connections, patience }
    }
}

/// A checked-out connection, which returns to its pool when it is dropped.
pub struct Lease<'p>(Box<dyn AsMut<dyn Connection> + 'p>);

impl<'p> Lease<'p> {
    /// Creates a lease from a value that returns the connection when it is dropped.
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

/// The progress of a backup; see
/// [`Db::backup_with_progress`](https://docs.rs/orm/latest/orm/struct.Db.html#method.backup_with_progress).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackupProgress {
    /// The number of pages that still have to be copied.
    pub remaining_pages: u64,
    /// The number of pages of the database.
    pub total_pages: u64,
}

impl BackupProgress {
    #[cfg(feature = "sqlite")]
    pub(crate) fn new(remaining: i32, total: i32) -> Self {
        let pages = |pages: i32| u64::try_from(pages).unwrap_or_default();
        BackupProgress { remaining_pages: pages(remaining), total_pages: pages(total) }
    }
}
