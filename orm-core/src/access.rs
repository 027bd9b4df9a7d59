//! How work is done: reading or writing, blocking or asynchronous.

/// Whether a piece of work only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may write.
    Write,
}

/// Blocking calls: the calling thread does the work, and each call returns a [`Result`](crate::error::Result). This is
/// the mode of a [`Db`](crate::db::Db) and of its transactions.
#[derive(Clone, Copy, Debug)]
pub enum Blocking {}

/// Asynchronous calls: each call returns a future, and no thread of the program waits for the database. This is the
/// mode of an [`AsyncDb`](crate::asynchronous::AsyncDb) and of its transactions.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug)]
pub enum Asynchronous {}
