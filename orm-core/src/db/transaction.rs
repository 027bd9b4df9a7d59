//! Transactions: guards that commit when `commit` is called, and roll back when they are dropped.

mod callbacks;
mod savepoint;

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, mem};

use callbacks::Callbacks;
#[cfg(any(feature = "async", feature = "migrate"))]
pub(crate) use callbacks::Committed;
#[cfg(not(any(feature = "async", feature = "migrate")))]
use callbacks::Committed;
pub use savepoint::Savepoint;

use super::run::{InTransaction, Site};
use super::{Db, Session};
use crate::access::Access;
use crate::driver::Lease;
use crate::error::{Error, ErrorKind, Result};
use crate::observe::StatementKind;

/// An open transaction. Queries and writes run in it if you pass it in place of the [`Db`].
///
/// It is rolled back when it is dropped without [`commit`](Transaction::commit), by an early return or by a panic. If
/// the database rolls it back, as SQLite does when the disk is full, every further call returns an error, and nothing
/// is written outside of it.
#[must_use = "a transaction is rolled back when it is dropped; call `commit`"]
pub struct Transaction<'db> {
    db: &'db Db,
    access: Access,
    lease: RefCell<Lease<'db>>,
    /// Not a cell: then a transaction in two threads is one compile error, that of the lease.
    standing: Mutex<Standing>,
}

/// The state of a transaction.
struct Standing {
    state: State,
    /// How many savepoints are open.
    depth: usize,
    /// What is called after the commit.
    callbacks: Callbacks,
}

enum State {
    Open,
    /// It contains a write that must not be committed: the database has the changes, and the result could not be used.
    Failed {
        /// How many savepoints were open.
        depth: usize,
        /// The message of the error.
        cause: String,
    },
    /// The database rolled it back.
    Lost,
    Ended,
}

impl State {
    /// Whether the transaction is open in the database.
    fn is_there(&self) -> bool {
        matches!(self, State::Open | State::Failed { .. })
    }
}

impl Db {
    /// Runs a closure in a write transaction, which is committed if the closure returns `Ok`, and rolled back if it
    /// returns an error or panics.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let (algebra, geometry) = (course(&db, "Algebra")?, course(&db, "Geometry")?);
    /// db.transaction(|tx| {
    ///     let grace = student("Grace", "Hopper").insert(tx)?;
    ///     Student::courses().link(tx, &grace, [&algebra])
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction. For a closure with
    /// another error type, call [`try_transaction`](Db::try_transaction).
    #[doc(alias = "atomic")]
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](Db::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction, converted to the
    /// closure's error type.
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.begin()?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Does the same as [`transaction`](Db::transaction), and runs the closure again if that may succeed, as after a
    /// serialization failure, a deadlock or a lock timeout. It runs at most `attempts` times in all, with a pause that
    /// grows from 10 milliseconds to at most one second.
    #[doc(alias = "retry")]
    ///
    /// The closure may run several times, so its effects outside of the transaction must be repeatable.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt. For a closure with another error type, call
    /// [`try_transaction_with_retries`](Db::try_transaction_with_retries).
    pub fn transaction_with_retries<T>(
        &self,
        attempts: u32,
        work: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.try_transaction_with_retries(attempts, |error| Some(error), work)
    }

    /// Does the same as [`transaction_with_retries`](Db::transaction_with_retries), for a closure with an error type of
    /// the program. `database_error` returns the error of this library that an error of the program contains, if there
    /// is one: the closure runs again if that error [`is_retryable`](Error::is_retryable).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// #[derive(Debug)]
    /// enum Refused {
    ///     TooYoung,
    ///     Database(orm::Error),
    /// }
    ///
    /// impl From<orm::Error> for Refused {
    ///     fn from(error: orm::Error) -> Self {
    ///         Refused::Database(error)
    ///     }
    /// }
    ///
    /// impl Refused {
    ///     fn database_error(&self) -> Option<&orm::Error> {
    ///         if let Refused::Database(error) = self { Some(error) } else { None }
    ///     }
    /// }
    ///
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let refused = db.try_transaction_with_retries(5, Refused::database_error, |tx| {
    ///     let ada = Student::find(tx, 1)?;
    ///     if ada.age < 99 { Err(Refused::TooYoung) } else { Ok(ada) }
    /// });
    /// assert!(matches!(refused, Err(Refused::TooYoung)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt: the error of the closure, or the error of beginning or committing the
    /// transaction, converted to the closure's error type.
    pub fn try_transaction_with_retries<T, E: From<Error>>(
        &self,
        attempts: u32,
        database_error: impl Fn(&E) -> Option<&Error>,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            match self.try_transaction(&mut work) {
                Err(error) if attempt < attempts && database_error(&error).is_some_and(Error::is_retryable) => {
                    std::thread::sleep(pause_after(attempt));
                }
                result => return result,
            }
            attempt += 1;
        }
    }

    /// Begins a write transaction, which is rolled back when it is dropped without [`commit`](Transaction::commit).
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_busy`](Error::is_busy) if another process writes for too long, and one that
    /// [`is_pool_timeout`](Error::is_pool_timeout) if no connection becomes free.
    #[doc(alias = "begin_transaction")]
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, Access::Write)
    }

    /// Begins a read transaction: all reads in it see one consistent snapshot of the database.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_pool_timeout`](Error::is_pool_timeout) if no connection becomes free.
    pub fn begin_read(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, Access::Read)
    }
}

/// The pause before the next attempt: 10 milliseconds, doubled each time, and at most a second.
pub(crate) fn pause_after(attempt: u32) -> Duration {
    Duration::from_millis(10_u64.saturating_mul(1 << attempt.min(7)) / 2).min(Duration::from_secs(1))
}

impl<'db> Transaction<'db> {
    pub(crate) fn begin(db: &'db Db, access: Access) -> Result<Self> {
        let mut lease = db.pool().lend(access)?;
        Session::new(lease.connection(), db).begin(access)?;
        Ok(Transaction::begun(db, access, lease))
    }

    /// A transaction that was begun on a connection.
    pub(super) fn begun(db: &'db Db, access: Access, lease: Lease<'db>) -> Self {
        let standing = Mutex::new(Standing { state: State::Open, depth: 0, callbacks: Callbacks::default() });
        Transaction { db, access, lease: RefCell::new(lease), standing }
    }

    /// Runs a closure in a savepoint (a nested transaction): its changes are kept if it returns `Ok`, and rolled back
    /// if it returns an error or panics. The rest of the transaction is not affected. Savepoints can be nested.
    #[doc(alias = "nested")]
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of setting or releasing the savepoint.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'db>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](Transaction::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of setting or releasing the savepoint, converted to the closure's
    /// error type.
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'db>) -> Result<T, E>,
    ) -> Result<T, E> {
        let savepoint = self.savepoint()?;
        let value = work(self)?;
        savepoint.commit()?;
        Ok(value)
    }

    /// Sets a savepoint, which is rolled back when it is dropped without [`commit`](Savepoint::commit).
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot set the savepoint.
    pub fn savepoint(&self) -> Result<Savepoint<'_, 'db>> {
        Savepoint::begin(self)
    }

    /// Calls a function after the commit, such as one that sends a mail about what was written. The function is dropped
    /// without a call if the transaction is rolled back, or the [savepoint](Transaction::savepoint) that was open when
    /// it was passed.
    ///
    /// Functions are called in the order in which they were passed, by the thread that commits. The connection is free
    /// by then, so they can use the database. If one of them panics, the changes stay committed, and the functions
    /// after it are not called.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// db.transaction(|tx| {
    ///     let grace = student("Grace", "Hopper").insert(tx)?;
    ///     tx.on_commit(move || println!("{} is enrolled", grace.first_name));
    ///     Ok(())
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "after_commit")]
    pub fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        let depth = self.standing().depth;
        self.on_commit_at(depth, callback);
    }

    /// Calls a function after the commit, unless the savepoint that is open at this depth is rolled back.
    pub(crate) fn on_commit_at(&self, depth: usize, callback: impl FnOnce() + Send + 'static) {
        self.standing().callbacks.push(depth, callback);
    }

    /// Commits the changes, and then calls the functions that were passed to [`on_commit`](Transaction::on_commit).
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot commit, as when a deferred foreign key is violated; then the transaction
    /// is rolled back. Returns an error that [`is_transaction_lost`](Error::is_transaction_lost) if the database had
    /// already rolled it back.
    pub fn commit(self) -> Result<()> {
        let committed = self.end_by_commit()?;
        // The connection returns to the pool before they are called.
        drop(self);
        drop(committed);
        Ok(())
    }

    /// Commits the changes, and returns what is called after that.
    pub(crate) fn end_by_commit(&self) -> Result<Committed> {
        self.check()?;
        self.with_session(|session| session.commit(self.access))?;
        let mut standing = self.standing();
        standing.state = State::Ended;
        Ok(Committed::new(mem::take(&mut standing.callbacks)))
    }

    /// Rolls the changes back.
    #[cfg(feature = "async")]
    pub(crate) fn end_by_rollback(&self) -> Result<()> {
        self.undo()
    }

    /// Rolls the changes back. Dropping the transaction does the same, but ignores errors.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot roll back.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    /// The database of the transaction.
    pub(super) fn db(&self) -> &'db Db {
        self.db
    }

    fn undo(&self) -> Result<()> {
        let before = mem::replace(&mut self.standing().state, State::Ended);
        if !before.is_there() {
            return Ok(());
        }
        self.with_session(|session| if session.in_transaction() { session.rollback() } else { Ok(()) })
    }

    /// Runs a statement that controls the transaction.
    fn control(&self, text: &str) -> Result<()> {
        self.with_session(|session| session.batch(StatementKind::Transaction, text))
    }

    fn check(&self) -> Result<()> {
        match &self.standing().state {
            State::Open => Ok(()),
            State::Failed { cause, .. } => Err(Error::transaction_failed(cause)),
            State::Lost | State::Ended => Err(lost("an earlier statement in it failed")),
        }
    }

    /// Whether the transaction is still open in the database.
    fn is_there(&self) -> bool {
        self.with_session(|session| Ok(session.in_transaction())).unwrap_or(true)
    }

    /// Notes that the transaction must not be committed.
    #[cold]
    fn fail(&self, cause: String) {
        let mut standing = self.standing();
        standing.state = State::Failed { depth: standing.depth, cause };
    }

    /// Allows a commit again, if the rolled back savepoint contained the write that must not be committed.
    fn recover(&self, depth: usize) {
        let mut standing = self.standing();
        if matches!(standing.state, State::Failed { depth: failed, .. } if failed >= depth) {
            standing.state = State::Open;
        }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_session<T>(&self, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let mut lease = self.lease.try_borrow_mut().map_err(|_| {
            Error::new(ErrorKind::Reentrant { held_by: "a statement of the same transaction".to_owned() })
        })?;
        work(&mut Session::new(lease.connection(), self.db))
    }
}

impl InTransaction for Transaction<'_> {}

impl Site for Transaction<'_> {
    fn db(&self) -> &Db {
        self.db
    }

    fn is_transaction(&self) -> bool {
        true
    }

    fn check_locks(&self) -> Result<()> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => {
                let message = "a read transaction cannot lock rows; use `db.transaction(..)` or `db.begin()`";
                Err(Error::new(ErrorKind::ReadOnly { message: message.to_owned() }))
            }
        }
    }

    fn with(&self, access: Access, work: &mut dyn FnMut(&mut Session<'_>) -> Result<()>) -> Result<()> {
        self.check()?;
        if access == Access::Write && self.access == Access::Read {
            // A database in memory has one connection for all work, which would allow the write.
            return Err(Error::new(ErrorKind::ReadOnly { message: "this is a read transaction".to_owned() }));
        }
        self.with_session(|session| {
            let result = work(session);
            if !session.in_transaction() {
                self.standing().state = State::Lost;
            } else if let Err(error) = &result
                && error.leaves_changes()
            {
                self.fail(error.to_string());
            }
            result
        })
    }
}

fn lost(message: &str) -> Error {
    Error::new(ErrorKind::TransactionLost { message: message.to_owned() })
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Nobody can receive the error of a rollback here; the pool closes a connection that is still in a transaction.
        let _ = self.undo();
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.standing().state {
            State::Open => "open",
            State::Failed { .. } => "failed",
            State::Lost => "lost",
            State::Ended => "ended",
        };
        write!(f, "Transaction({state})")
    }
}
