//! A database: where queries run.

mod upkeep;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::access::Access;
use crate::catalog::{Catalog, Live, Sample};
use crate::driver::{Pool, Session};
use crate::error::{Error, Result};
use crate::mapped::Models;
use crate::observe::{Observers, Recording, StatementEvent, StatementKind};
use crate::schema::check::{self, Difference};
use crate::schema::{Table, ddl, names};
use crate::sql::{Dialect, TextCache};
use crate::transaction::{Transaction, TransactionKind};

pub use upkeep::BackupProgress;

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
    texts: TextCache,
    catalog: Catalog,
}

impl Db {
    pub(crate) fn new(pool: impl Pool + 'static) -> Self {
        Db {
            inner: Arc::new(Inner {
                pool: Box::new(pool),
                observers: Arc::default(),
                texts: TextCache::default(),
                catalog: Catalog::default(),
            }),
        }
    }

    /// Creates the tables of some models that are not there yet, with their keys, references and indexes, and the join
    /// tables of their many-to-many relations. Tables that exist are left as they are.
    ///
    /// ```text
    /// db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the database; [`is_invalid`](Error::is_invalid) for names that it keeps to itself, or takes for one and the
    /// same.
    pub fn create_tables<M: Models>(&self) -> Result<()> {
        let tables = M::tables();
        names::check(&tables, self.dialect())?;
        let statements = ddl::create_missing(&tables, self.dialect());
        self.catalog().forget();
        self.run(Access::Write, |session| {
            session.atomic(|session| {
                statements.iter().try_for_each(|statement| session.batch(StatementKind::Schema, statement))
            })
        })
    }

    /// The statements that create the tables of some models, each a whole statement without a semicolon.
    #[must_use]
    pub fn create_sql<M: Models>(&self) -> Vec<String> {
        let tables: Vec<&'static Table> = M::tables();
        ddl::create(&tables, self.dialect())
    }

    /// Compares some models with the live database and lists every difference, with the statement that fixes it where a
    /// single one does. Nothing is changed.
    ///
    /// It compares tables and columns with their types, nullability and defaults; primary and unique keys, and whether the
    /// database assigns the key; foreign keys with their targets and `ON DELETE`; indexes; `CHECK`s, which are reported when
    /// the table has none that could be it, since two conditions may say the same in other words; and join tables without a
    /// model. Of a view it compares the columns alone: nothing tells what its keys are. Tables that no model names are not
    /// looked at. On SQLite it also reads the first and the last rows of each table, and lists columns that store dates, UUIDs,
    /// booleans or decimals in another form than their fields say.
    ///
    /// ```text
    /// for difference in db.check::<(Department, Course, Student)>()? {
    ///     println!("{difference}");
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn check<M: Models>(&self) -> Result<Vec<Difference>> {
        let tables = M::tables();
        // Who looks at what was changed wants queries to know it too.
        self.catalog().forget();
        self.run(Access::Read, |session| {
            let live = Live::look(session, &tables)?;
            let mut found = check::differences(&tables, &live, session.dialect());
            for table in tables {
                found.extend(check::other_forms(&Sample::of(table, session)?));
            }
            Ok(found)
        })
    }

    /// Runs a closure in a write transaction: committed when it returns `Ok`, and undone when it returns an error or
    /// panics.
    ///
    /// ```text
    /// db.transaction(|tx| {
    ///     let ada = NewStudent { .. }.insert(tx)?;
    ///     Student::courses().link(tx, &ada, [&algebra])
    /// })?;
    /// ```
    ///
    /// # Errors
    ///
    /// The closure's, and those of beginning and committing. For a closure with errors of another type, there is
    /// [`try_transaction`](Db::try_transaction).
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// As [`transaction`](Db::transaction), for a closure whose errors are of a type of the program's own.
    ///
    /// # Errors
    ///
    /// The closure's, and those of beginning and committing, turned into its type.
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.begin()?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// As [`transaction`](Db::transaction), running the closure again when the database says that it may then succeed,
    /// as when another connection holds a lock for too long: at most `attempts` times in all, with a growing pause.
    ///
    /// The closure may run several times, so what it does besides the transaction must bear that.
    ///
    /// # Errors
    ///
    /// Those of the last attempt.
    pub fn transaction_with_retries<T>(
        &self,
        attempts: u32,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            match self.transaction(&mut work) {
                Err(error) if error.is_retryable() && attempt < attempts => std::thread::sleep(pause_after(attempt)),
                result => return result,
            }
            attempt += 1;
        }
    }

    /// Begins a write transaction, which is undone when it is dropped without
    /// [`commit`](Transaction::commit).
    ///
    /// # Errors
    ///
    /// [`is_busy`](Error::is_busy) when another process writes for too long,
    /// [`is_pool_timeout`](Error::is_pool_timeout) when another thread does.
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, TransactionKind::Write)
    }

    /// Begins a read transaction: all that is read in it sees one state of the database.
    ///
    /// # Errors
    ///
    /// [`is_pool_timeout`](Error::is_pool_timeout) when no connection becomes free.
    pub fn begin_read(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, TransactionKind::Read)
    }

    /// Stops the statements that run at this moment for this handle and its clones, from another thread. Each of them
    /// fails with [`is_interrupted`](Error::is_interrupted); what it had changed is undone, and a write transaction that
    /// it stood in may be lost ([`is_transaction_lost`](Error::is_transaction_lost)). Later statements run as always.
    ///
    /// # Errors
    ///
    /// When they cannot be told to stop, because the database cannot be reached. The statements then end all the same, with
    /// [`is_connection_lost`](Error::is_connection_lost).
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

    pub(crate) fn pool(&self) -> &dyn Pool {
        &*self.inner.pool
    }

    pub(crate) fn texts(&self) -> &TextCache {
        &self.inner.texts
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    pub(crate) fn observers(&self) -> &Observers {
        &self.inner.observers
    }
}

/// The pause before the next attempt: 10 milliseconds, doubled each time, and at most a second.
fn pause_after(attempt: u32) -> Duration {
    Duration::from_millis(10_u64.saturating_mul(1 << attempt.min(7)) / 2).min(Duration::from_secs(1))
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({})", self.dialect().name())
    }
}

/// Where statements run: a [`Db`] or a [`Transaction`].
///
/// It cannot be implemented outside of this crate.
pub trait Executor: private::Sealed {
    /// The dialect of the database.
    #[doc(hidden)]
    fn dialect(&self) -> &'static dyn Dialect;

    /// The database itself.
    #[doc(hidden)]
    fn db(&self) -> &Db;

    /// Does some work on a connection.
    #[doc(hidden)]
    fn run<T>(&self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T>;
}

pub(crate) mod private {
    /// Keeps `Executor` to the types of this crate: a new driver is a matter of this crate's tests.
    pub trait Sealed {}

    impl Sealed for super::Db {}
}

impl Executor for Db {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.pool.dialect()
    }

    fn db(&self) -> &Db {
        self
    }

    fn run<T>(&self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let (mut work, mut result) = (Some(work), None);
        self.inner.pool.with(access, &mut |connection| {
            result = work.take().map(|work| work(&mut Session::new(connection, self)));
        })?;
        result.unwrap_or_else(|| Err(Error::invalid("the pool lent no connection")))
    }
}
