//! A database: where queries run.

mod catalog;
mod executor;
#[cfg(feature = "migrate")]
mod kept;
mod look_up;
mod open;
#[cfg(feature = "async")]
mod polling;
mod run;
mod session;
mod tables;
mod transaction;
mod upkeep;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "async")]
use crate::driver::Capacity;
use crate::driver::Pool;
use crate::error::Result;
use crate::observe::{Observers, Recording, Repeats, StatementEvent, Threshold};
use crate::sql::{Dialect, TextCache};

pub(crate) use catalog::Catalog;
pub use executor::Executor;
#[cfg(feature = "migrate")]
pub(crate) use kept::Kept;
pub use open::Engine;
#[cfg(feature = "async")]
pub(crate) use polling::{Attempt, Polling, briefly};
#[cfg(feature = "async")]
pub(crate) use run::Seal;
pub use run::{InTransaction, Mode, On, Performs, Run, Site};
pub(crate) use run::{look, look_with, read, read_with, write, write_new, write_row};
pub use session::Session;
#[cfg(feature = "async")]
pub(crate) use tables::{create_missing, differences, structure};
#[cfg(any(feature = "async", feature = "migrate"))]
pub(crate) use transaction::Committed;
#[cfg(feature = "async")]
pub(crate) use transaction::pause_after;
pub use transaction::{Savepoint, Transaction};
#[cfg(feature = "async")]
pub(crate) use upkeep::ping;

/// A database: SQLite or PostgreSQL. It is a handle to a connection pool that can be cloned, sent and shared.
///
/// An SQLite file has one connection that writes and several that read, and readers do not wait for the writer. A
/// database in memory has a single connection. On PostgreSQL, the pool opens connections as threads need them.
///
/// ```
/// # use orm::{Db, Result};
/// # fn main() -> Result<()> {
/// let db = Db::memory()?; // or Db::open("school.db"), Db::connect("postgres://..")
/// # Ok(())
/// # }
/// ```
#[doc(alias = "pool")]
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Box<dyn Pool>,
    observers: Arc<Observers>,
    repeats: Repeats,
    texts: TextCache,
    catalog: Catalog,
}

impl Db {
    /// A database that warns of N+1 queries from a threshold on.
    pub(crate) fn new(pool: Box<dyn Pool>, n_plus_one: Threshold) -> Self {
        Db {
            inner: Arc::new(Inner {
                pool,
                observers: Arc::default(),
                repeats: Repeats::new(n_plus_one),
                texts: TextCache::default(),
                catalog: Catalog::default(),
            }),
        }
    }

    /// Interrupts the statements that this handle and its clones are running, from another thread. Each of them fails
    /// with [`is_interrupted`](crate::error::Error::is_interrupted), and its changes are rolled back. A write
    /// transaction that contains one may be rolled back as a whole
    /// ([`is_transaction_lost`](crate::error::Error::is_transaction_lost)). Later statements run as usual.
    #[doc(alias = "cancel")]
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be reached to interrupt them. The statements end anyway, with
    /// [`is_connection_lost`](crate::error::Error::is_connection_lost).
    pub fn interrupt(&self) -> Result<()> {
        self.inner.pool.interrupt()
    }

    /// Calls a function after each statement, as long as the database exists.
    #[doc(alias = "log")]
    pub fn on_statement(&self, observer: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) {
        self.inner.observers.add(Arc::new(observer));
    }

    /// Records the statements that are sent until the recording is dropped.
    pub fn record(&self) -> Recording {
        Recording::new(&self.inner.observers)
    }

    /// How many statements the pool runs at the same time.
    #[cfg(feature = "async")]
    pub(crate) fn capacity(&self) -> Capacity {
        self.pool().capacity()
    }

    /// Whether tasks can poll its connections in the context of the caller.
    #[cfg(feature = "async")]
    pub(crate) fn is_polled(&self) -> bool {
        self.pool().is_polled()
    }

    /// Whether tasks can do short work on its connections without waiting for anything.
    #[cfg(feature = "async")]
    pub(crate) fn is_near(&self) -> bool {
        self.pool().is_near()
    }

    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        self.pool().dialect()
    }

    pub(crate) fn pool(&self) -> &dyn Pool {
        &*self.inner.pool
    }

    pub(crate) fn texts(&self) -> &TextCache {
        &self.inner.texts
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    pub(crate) fn repeats(&self) -> &Repeats {
        &self.inner.repeats
    }

    pub(crate) fn observers(&self) -> &Observers {
        &self.inner.observers
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({})", self.dialect().name())
    }
}
