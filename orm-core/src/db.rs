//! A database: where queries run.

mod catalog;
mod executor;
#[cfg(feature = "migrate")]
mod kept;
mod look_up;
mod open;
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
pub(crate) use run::Seal;
pub use run::{InTransaction, Mode, On, Performs, Run, Site};
pub(crate) use run::{read, read_with, write};
pub use session::Session;
#[cfg(feature = "async")]
pub(crate) use tables::{create_missing, differences, structure};
#[cfg(any(feature = "async", feature = "migrate"))]
pub(crate) use transaction::Committed;
#[cfg(feature = "async")]
pub(crate) use transaction::pause_after;
pub use transaction::{Savepoint, Transaction};

/// A database, whichever it is: a handle that can be cloned, sent and shared.
///
/// Behind it is a pool of connections. For an SQLite file there is one connection that writes and several that read,
/// and readers go on while the writer writes; a database in memory has a single connection.
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
    /// A database that warns of N+1 queries from some number on.
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

    /// Stops the statements that run at this moment for this handle and its clones, from another thread. Each of them
    /// fails with [`is_interrupted`](crate::error::Error::is_interrupted); what it had changed is undone, and a write transaction that
    /// it stood in may be lost ([`is_transaction_lost`](crate::error::Error::is_transaction_lost)). Later statements run as always.
    ///
    /// # Errors
    ///
    /// When they cannot be told to stop, because the database cannot be reached. The statements then end all the same, with
    /// [`is_connection_lost`](crate::error::Error::is_connection_lost).
    pub fn interrupt(&self) -> Result<()> {
        self.inner.pool.interrupt()
    }

    /// Calls a function after each statement, as long as the database lives.
    pub fn on_statement(&self, observer: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) {
        self.inner.observers.add(Arc::new(observer));
    }

    /// Records the statements that are sent while the recording lives.
    pub fn record(&self) -> Recording {
        Recording::new(&self.inner.observers)
    }

    /// How much its pool does at a time.
    #[cfg(feature = "async")]
    pub(crate) fn capacity(&self) -> Capacity {
        self.pool().capacity()
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
