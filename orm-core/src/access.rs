//! How work is done: reading or writing, at once or awaited.

/// Whether a piece of work only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may write.
    Write,
}

/// The calling thread does the work and returns a [`Result`](crate::error::Result): the mode of a [`Db`](crate::db::Db) and of its
/// transactions.
#[derive(Clone, Copy, Debug)]
pub enum Blocking {}

/// The work is awaited, and no thread of the program waits for it: the mode of an [`AsyncDb`](crate::asynchronous::AsyncDb) and of its
/// transactions.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug)]
pub enum Asynchronous {}
