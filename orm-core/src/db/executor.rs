//! Where statements run.

use super::{Db, Session};
use crate::access::Access;
use crate::error::{Error, Result};
use crate::sql::Dialect;

/// Where statements run: a [`Db`] or a [`Transaction`](super::Transaction).
///
/// A trait, so that every query and write runs on either. It cannot be implemented outside of this crate: a new driver is a
/// matter of this crate's tests.
pub trait Executor {
    /// The dialect of the database.
    #[doc(hidden)]
    fn dialect(&self) -> &'static dyn Dialect {
        self.db().pool().dialect()
    }

    /// The database itself.
    #[doc(hidden)]
    fn db(&self) -> &Db;

    /// Does some work on a connection.
    #[doc(hidden)]
    fn run<T>(&self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T>;

    /// Keeps the trait to this crate, which alone can name what is returned.
    #[doc(hidden)]
    fn seal(&self) -> Seal;
}

/// Implements [`Executor`]; there is no path to it.
#[derive(Debug)]
pub struct Seal;

impl Executor for Db {
    fn db(&self) -> &Db {
        self
    }

    fn run<T>(&self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let (mut work, mut result) = (Some(work), None);
        self.pool().with(access, &mut |connection| {
            result = work.take().map(|work| work(&mut Session::new(connection, self)));
        })?;
        result.unwrap_or_else(|| Err(Error::invalid("the pool lent no connection")))
    }

    fn seal(&self) -> Seal {
        Seal
    }
}
