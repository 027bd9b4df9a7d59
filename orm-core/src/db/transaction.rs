//! Transactions: guards that commit when told to, and undo when dropped.

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

/// An open transaction. Queries run in it when it is given to them in place of the [`Db`].
///
/// It is undone when it is dropped without [`commit`](Transaction::commit), be it by an early return or by a panic. If
/// the database ends it by itself, as SQLite does when the disk is full, every further use is an error that says so,
/// and nothing is written outside of it.
#[must_use = "a transaction is undone when it is dropped; call `commit`"]
pub struct Transaction<'db> {
    db: &'db Db,
    access: Access,
    lease: RefCell<Lease<'db>>,
    /// Not a cell: so a transaction in two threads is one error of the compiler, that of the lease.
    standing: Mutex<Standing>,
}

/// How a transaction stands.
struct Standing {
    state: State,
    /// How many savepoints are open.
    depth: usize,
    /// What is called when it was committed.
    callbacks: Callbacks,
}

enum State {
    Open,
    /// It holds a write that must not be committed: one that has changed the database, and whose result could not be used.
    Failed {
        /// How many savepoints were open.
        depth: usize,
        /// What the error said.
        cause: String,
    },
    /// The database ended it by itself.
    Lost,
    Ended,
}

impl State {
    /// Whether the database has the transaction.
    fn is_there(&self) -> bool {
        matches!(self, State::Open | State::Failed { .. })
    }
}

impl Db {
    /// Runs a closure in a write transaction: committed when it returns `Ok`, and undone when it returns an error or
    /// panics.
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
    /// The closure's, and those of beginning and committing. For a closure with errors of another type, there is
    /// [`try_transaction`](Db::try_transaction).
    #[doc(alias = "atomic")]
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
    #[doc(alias = "begin_transaction")]
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, Access::Write)
    }

    /// Begins a read transaction: all that is read in it sees one state of the database.
    ///
    /// # Errors
    ///
    /// [`is_pool_timeout`](Error::is_pool_timeout) when no connection becomes free.
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

    /// The transaction that was begun on a connection.
    pub(super) fn begun(db: &'db Db, access: Access, lease: Lease<'db>) -> Self {
        let standing = Mutex::new(Standing { state: State::Open, depth: 0, callbacks: Callbacks::default() });
        Transaction { db, access, lease: RefCell::new(lease), standing }
    }

    /// Runs a closure in a part of its own of the transaction: kept when it returns `Ok`, and undone when it returns an
    /// error or panics, while the rest of the transaction stays as it is. Parts may hold parts.
    ///
    /// # Errors
    ///
    /// The closure's, and those of the database.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'db>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// As [`transaction`](Transaction::transaction), for a closure whose errors are of a type of the program's own.
    ///
    /// # Errors
    ///
    /// The closure's, and those of the database, turned into its type.
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'db>) -> Result<T, E>,
    ) -> Result<T, E> {
        let savepoint = self.savepoint()?;
        let value = work(self)?;
        savepoint.commit()?;
        Ok(value)
    }

    /// Begins a part of its own of the transaction, which is undone when it is dropped without
    /// [`commit`](Savepoint::commit).
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn savepoint(&self) -> Result<Savepoint<'_, 'db>> {
        Savepoint::begin(self)
    }

    /// Calls a function when the transaction has been committed, such as one that sends a mail about what was written. It is
    /// dropped without being called when the transaction is undone, or the [savepoint](Transaction::savepoint) that was open when
    /// it was given.
    ///
    /// Functions are called in the order in which they were given, by the thread that commits. The connection is free by then, so
    /// that they can use the database. If one of them panics, the changes stay, and the functions after it are not called.
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

    /// Makes the changes last, and then calls what was given to [`on_commit`](Transaction::on_commit).
    ///
    /// # Errors
    ///
    /// Those of the database, such as a deferred foreign key that is violated; the transaction is undone then.
    /// [`is_transaction_lost`](Error::is_transaction_lost) when the database had ended it by itself.
    pub fn commit(self) -> Result<()> {
        let committed = self.end_by_commit()?;
        // The connection goes back to the pool before they are called.
        drop(self);
        drop(committed);
        Ok(())
    }

    /// Makes the changes last, and returns what is called then.
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

    /// Undoes the changes. Dropping the transaction does the same, without telling of an error.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    /// The database that it is of.
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

    /// Whether the database still has the transaction.
    fn is_there(&self) -> bool {
        self.with_session(|session| Ok(session.in_transaction())).unwrap_or(true)
    }

    /// Notes that a write must not be committed.
    #[cold]
    fn fail(&self, cause: String) {
        let mut standing = self.standing();
        standing.state = State::Failed { depth: standing.depth, cause };
    }

    /// Goes on after a savepoint was rolled back, if that took away the write that must not be committed.
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
            // A database in memory has one connection for all work, which would let the write through.
            return Err(Error::new(ErrorKind::ReadOnly { message: "the transaction is one that reads".to_owned() }));
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
        // The error of an undo has nobody to go to; the pool closes a connection that is still in a transaction.
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
