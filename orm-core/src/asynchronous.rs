//! Databases whose calls are awaited, on any runtime.
//!
//! Each connection has a thread that does its work. A call is sent to one as a whole, with the loading of its relations and the
//! decoding of its rows, and a future waits for the result. Where a driver can wait for a socket in a task, or reads a row faster than a
//! thread is woken, the task does small work itself. Nothing here knows a runtime: a waker is all that is needed.

mod aside;
mod bell;
mod brief;
mod budget;
mod closure;
mod conversation;
mod engine;
mod executor;
mod lane;
mod open;
mod operation;
mod origin;
mod place;
mod slot;
mod task;
mod transaction;
mod work;

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;

use crate::access::Access;
use crate::db::{self, Db, On, Transaction};
use crate::error::{Error, Result};
use crate::live::Difference;
use crate::mapped::Models;
use crate::observe::{Recording, StatementEvent};
use crate::structure::Schema;
use engine::Engine;
use work::Once;

pub use closure::{Retry, Transact, Transacting};
pub use executor::AsyncExecutor;
pub use place::Place;
pub use task::Pending;
pub use transaction::{AsyncSavepoint, AsyncTransaction};

/// A database whose calls are awaited: `Student::query().all(&db).await?`. It is a handle that can be cloned, sent and shared.
///
/// It takes the same queries and writes as [`Db`], under the same names, and works on tokio, smol and any other runtime. All futures
/// are `Send`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// use orm::AsyncDb;
///
/// # fn main() -> Result<()> {
/// # smol::block_on(async {
/// let db = AsyncDb::memory().await?;
/// db.create_tables::<(Department, Course, Student, Enrollment)>().await?;
/// let maths = NewDepartment { name: "Mathematics".into() }.insert(&db).await?;
/// NewCourse { title: "Algebra".into(), department_id: maths.id }.insert(&db).await?;
///
/// for department in Department::query().prefetch(Department::courses()).all(&db).await? {
///     println!("{}: {} courses", department.name, department.courses().len());
/// }
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Connections and threads
///
/// Each connection has a thread, so that no thread of the runtime waits for a database. A query is sent there as a whole,
/// with all its relations, which takes about ten microseconds. On SQLite, a task does a read of one statement itself if no other call is
/// waiting or running; if it takes longer than 50 µs, it is interrupted, and the connection's thread repeats it. On PostgreSQL, a task of tokio reads or writes one row itself, without
/// that thread, if its runtime has I/O and the program is not compiled with `panic = "abort"`.
///
/// A call that finds no free connection waits in a queue, first come first served, without blocking a thread. If it waits longer than the `pool_timeout` of the options, it fails with
/// [`is_pool_timeout`](Error::is_pool_timeout), and the error names the calls that hold the connections.
///
/// # Cancellation
///
/// Dropping a future is safe at any moment. Work that waits for a connection is not done. Work that a connection does already is
/// finished, so that a write is there wholly or not at all. A [transaction](AsyncDb::transaction) is rolled back.
#[derive(Clone)]
pub struct AsyncDb {
    engine: Arc<Engine>,
}

impl AsyncDb {
    pub(crate) fn place(&self) -> Place<'_> {
        Place::database(&self.engine)
    }

    /// Asks the database for one row, to see whether it answers, as [`Db::ping`] does.
    ///
    /// ```
    /// # use orm::{AsyncDb, Db, Result};
    /// # fn main() -> Result<()> {
    /// # let db = AsyncDb::from(Db::memory()?);
    /// # smol::block_on(async {
    /// db.ping().await?;
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::ping`].
    #[doc(alias = "health_check")]
    #[track_caller]
    pub fn ping(&self) -> Pending<'_, ()> {
        db::ping(self)
    }

    pub(crate) fn blocking(&self) -> &Db {
        self.engine.db()
    }

    /// Runs a closure in a write transaction: it is committed when the closure returns `Ok`, and rolled back when the closure returns
    /// an error or panics, or when the future is dropped.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = orm::AsyncDb::from(school()?);
    /// # smol::block_on(async {
    /// # let algebra = Course::find(&db, 1).await?;
    /// let grace = db
    ///     .transaction(async |tx| {
    ///         let grace = student("Grace", "Hopper").insert(tx).await?;
    ///         Student::courses().link(tx, &grace, [&algebra]).await?;
    ///         Ok(grace)
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// Write `async |tx| { .. }`, which borrows from its surroundings; of `|tx| async move { .. }` the compiler cannot tell the type.
    /// A transaction holds its connection while the closure awaits other things. A short one is faster with [`run`](AsyncDb::run).
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction. For a closure with
    /// another error type, call [`try_transaction`](AsyncDb::try_transaction).
    #[doc(alias = "atomic")]
    #[track_caller]
    pub fn transaction<'c, T, F>(&'c self, work: F) -> Transacting<'c, T>
    where
        T: Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T>, Fut: Send> + Send + 'c,
    {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](AsyncDb::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction, converted to the
    /// closure's error type.
    #[track_caller]
    pub fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c,
    {
        let caller = Location::caller();
        Box::pin(async move {
            let transaction = AsyncTransaction::new(Arc::clone(&self.engine), Access::Write);
            // The closure runs while the transaction begins; its first statement waits for that.
            transaction.send(Access::Write, caller).await;
            let value = work(&transaction).await?;
            transaction.commit().await?;
            Ok(value)
        })
    }

    /// Does the same as [`transaction`](AsyncDb::transaction), and runs the closure again if the database says that this may succeed,
    /// as after a serialization failure or a deadlock: at most `attempts` times in all, with a pause that grows.
    ///
    /// The closure may run several times, so it cannot move what it captures.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt. For a closure with another error type, call
    /// [`try_transaction_with_retries`](AsyncDb::try_transaction_with_retries).
    #[track_caller]
    pub fn transaction_with_retries<'c, T, F>(&'c self, attempts: u32, work: F) -> Transacting<'c, T>
    where
        T: Send + 'c,
        F: for<'t> Retry<&'t AsyncTransaction, Result<T>, Fut: Send> + Send + Sync + 'c,
    {
        self.try_transaction_with_retries(attempts, |error| Some(error), work)
    }

    /// Does the same as [`transaction_with_retries`](AsyncDb::transaction_with_retries), for a closure with an error type of the
    /// program. `database_error` returns the error of this library that an error of the program contains, if there is one: the closure
    /// runs again if that error [`is_retryable`](Error::is_retryable).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # #[derive(Debug)]
    /// # enum Refused { TooYoung, Database(orm::Error) }
    /// # impl From<orm::Error> for Refused { fn from(error: orm::Error) -> Self { Refused::Database(error) } }
    /// impl Refused {
    ///     fn database_error(&self) -> Option<&orm::Error> {
    ///         if let Refused::Database(error) = self { Some(error) } else { None }
    ///     }
    /// }
    ///
    /// # fn main() -> Result<()> {
    /// # let db = orm::AsyncDb::from(school()?);
    /// # smol::block_on(async {
    /// let refused = db
    ///     .try_transaction_with_retries(5, Refused::database_error, async |tx| {
    ///         let ada = Student::find(tx, 1).await?;
    ///         if ada.age < 99 { Err(Refused::TooYoung) } else { Ok(ada) }
    ///     })
    ///     .await;
    /// assert!(matches!(refused, Err(Refused::TooYoung)));
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt: the error of the closure, or the error of beginning or committing the transaction,
    /// converted to the closure's error type.
    #[track_caller]
    pub fn try_transaction_with_retries<'c, T, E, F>(
        &'c self,
        attempts: u32,
        database_error: impl Fn(&E) -> Option<&Error> + Send + Sync + 'c,
        work: F,
    ) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Retry<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + Sync + 'c,
    {
        let caller = Location::caller();
        Box::pin(async move {
            let mut attempt = 1;
            loop {
                let transaction = AsyncTransaction::new(Arc::clone(&self.engine), Access::Write);
                transaction.send(Access::Write, caller).await;
                let done = match work(&transaction).await {
                    Ok(value) => transaction.commit().await.map(|()| value).map_err(E::from),
                    Err(error) => {
                        // It is not open during the pause.
                        let _ = transaction.rollback().await;
                        Err(error)
                    }
                };
                match done {
                    Err(error) if attempt < attempts && database_error(&error).is_some_and(Error::is_retryable) => {
                        aside::sleep(db::pause_after(attempt)).await;
                    }
                    result => return result,
                }
                attempt += 1;
            }
        })
    }

    /// Begins a write transaction, which is rolled back when it is dropped without [`commit`](AsyncTransaction::commit).
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_busy`](Error::is_busy) if another process writes for too long, and one that
    /// [`is_pool_timeout`](Error::is_pool_timeout) if no connection becomes free.
    #[doc(alias = "begin_transaction")]
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = Result<AsyncTransaction>> + Send {
        self.begin_as(Access::Write, Location::caller())
    }

    /// Begins a read transaction: all that is read in it is one consistent snapshot of the database.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_pool_timeout`](Error::is_pool_timeout) if no connection becomes free.
    #[track_caller]
    pub fn begin_read(&self) -> impl Future<Output = Result<AsyncTransaction>> + Send {
        self.begin_as(Access::Read, Location::caller())
    }

    async fn begin_as(&self, access: Access, caller: &'static Location<'static>) -> Result<AsyncTransaction> {
        let transaction = AsyncTransaction::new(Arc::clone(&self.engine), access);
        transaction.send(access, caller).await;
        transaction.begun().await?;
        Ok(transaction)
    }

    /// Runs a blocking closure in a write transaction, on the thread of a connection: the fastest way to run several statements, since
    /// nothing waits between them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = orm::AsyncDb::from(school()?);
    /// # smol::block_on(async {
    /// let grace = db
    ///     .run(|tx| {
    ///         let grace = student("Grace", "Hopper").insert(tx)?;
    ///         grace.edit(tx, |grace| grace.age += 1)
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// The closure should do nothing but use its transaction, since it holds a connection. If the future is dropped while the closure
    /// runs, the closure runs to its end.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction.
    #[doc(alias = "interact")]
    #[doc(alias = "spawn_blocking")]
    #[track_caller]
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        Pending::new(self.place(), Access::Write, Once(move |on: On<'_>| on.db().transaction(work)))
    }

    /// Does the same as [`run`](AsyncDb::run), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction, converted to the
    /// closure's error type.
    #[track_caller]
    pub fn try_run<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send {
        let pending =
            Pending::new(self.place(), Access::Write, Once(move |on: On<'_>| Ok(on.db().try_transaction(work))));
        async move { pending.await? }
    }

    /// Creates the tables of some models that are not there yet, as [`Db::create_tables`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::create_tables`].
    #[doc(alias = "migrate")]
    #[track_caller]
    pub fn create_tables<M: Models>(&self) -> Pending<'_, ()> {
        db::write(self, (), db::create_missing::<M>)
    }

    /// Returns the statements that create the tables of some models, each without a semicolon.
    #[must_use]
    pub fn create_sql<M: Models>(&self) -> Vec<String> {
        self.blocking().create_sql::<M>()
    }

    /// Compares some models with the live database and lists every difference, as [`Db::check`].
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    #[doc(alias = "validate")]
    #[track_caller]
    pub fn check<M: Models>(&self) -> Pending<'_, Vec<Difference>> {
        db::read(self, (), db::differences::<M>)
    }

    /// Reads the structure of the database, as [`Db::schema`].
    ///
    /// # Errors
    ///
    /// Returns an error if the structure cannot be read.
    #[doc(alias = "introspect")]
    #[track_caller]
    pub fn schema(&self) -> Pending<'_, Schema> {
        db::read(self, (), db::structure)
    }

    /// Calls a function after each statement, as [`Db::on_statement`]. It is called by the thread of the connection, or by the task that
    /// awaits the statement.
    pub fn on_statement(&self, observer: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) {
        self.blocking().on_statement(observer);
    }

    /// Records the statements that are sent while the recording lives.
    pub fn record(&self) -> Recording {
        self.blocking().record()
    }

    /// Stops the statements that run at this moment, as [`Db::interrupt`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::interrupt`].
    pub fn interrupt(&self) -> Result<()> {
        self.blocking().interrupt()
    }

    /// Copies the database to a new file, as [`Db::backup`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::backup`].
    #[doc(alias = "copy")]
    #[track_caller]
    pub fn backup(&self, to: impl Into<PathBuf>) -> Pending<'_, ()> {
        db::read(self, to.into(), |to, on| on.db().backup(to))
    }

    /// Copies the write-ahead log into the database and empties it, as [`Db::checkpoint`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::checkpoint`].
    #[doc(alias = "wal_checkpoint")]
    #[track_caller]
    pub fn checkpoint(&self) -> Pending<'_, ()> {
        db::write(self, (), |(), on| on.db().checkpoint())
    }

    /// Gathers statistics for the planner, as [`Db::optimize`].
    ///
    /// # Errors
    ///
    /// Returns the error of the statement.
    #[doc(alias = "analyze")]
    #[track_caller]
    pub fn optimize(&self) -> Pending<'_, ()> {
        db::write(self, (), |(), on| on.db().optimize())
    }

    /// Refuses new calls, and waits until all earlier calls are done: call it at the end of a service.
    ///
    /// Calls after it return an error that [`is_invalid`](Error::is_invalid), on each clone of the handle. The connections are closed
    /// with the last clone.
    #[doc(alias = "shutdown")]
    pub async fn close(&self) {
        self.engine.close();
        poll_fn(|context| self.engine.poll_ended(context)).await;
    }
}

/// Creates an asynchronous database with the connections of a blocking one, which may have been opened with options.
/// The blocking one can still be used.
impl From<Db> for AsyncDb {
    fn from(db: Db) -> Self {
        AsyncDb { engine: Arc::new(Engine::new(db)) }
    }
}

impl fmt::Debug for AsyncDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncDb({})", self.blocking().dialect().name())
    }
}
