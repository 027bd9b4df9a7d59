//! Transactions: guards that commit when told to, and undo when dropped.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, mem};

use crate::access::Access;
use crate::db::{Db, Executor, private};
use crate::driver::{Lease, Session};
use crate::error::{Error, Kind, Result};
use crate::observe::StatementKind;
use crate::sql::Dialect;

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionKind {
    /// It only reads, and sees one state.
    Read,
    /// It may write.
    Write,
}

impl TransactionKind {
    fn access(self) -> Access {
        match self {
            TransactionKind::Read => Access::Read,
            TransactionKind::Write => Access::Write,
        }
    }
}

/// An open transaction. Queries run in it when it is given to them in place of the [`Db`].
///
/// It is undone when it is dropped without [`commit`](Transaction::commit), be it by an early return or by a panic. If
/// the database ends it by itself, as SQLite does when the disk is full, every further use is an error that says so,
/// and nothing is written outside of it.
#[must_use = "a transaction is undone when it is dropped; call `commit`"]
pub struct Transaction<'db> {
    db: &'db Db,
    kind: TransactionKind,
    lease: RefCell<Box<dyn Lease + 'db>>,
    /// Not a cell: so a transaction in two threads is one error of the compiler, that of the lease.
    standing: Mutex<Standing>,
}

/// How a transaction stands.
struct Standing {
    state: State,
    /// How many savepoints are open.
    depth: usize,
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

impl<'db> Transaction<'db> {
    pub(crate) fn begin(db: &'db Db, kind: TransactionKind) -> Result<Self> {
        let access = kind.access();
        let lease = RefCell::new(db.pool().lend(access)?);
        let standing = Mutex::new(Standing { state: State::Ended, depth: 0 });
        let transaction = Transaction { db, kind, lease, standing };
        transaction.with_session(|session| session.begin(access))?;
        transaction.standing().state = State::Open;
        Ok(transaction)
    }

    /// Runs a closure in a part of its own of the transaction: kept when it returns `Ok`, and undone when it returns an
    /// error or panics, while the rest of the transaction stays as it is. Parts may hold parts.
    ///
    /// # Errors
    ///
    /// The closure's, and those of the database.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'db>) -> Result<T>) -> Result<T> {
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
        self.check()?;
        let depth = self.standing().depth + 1;
        self.control(&format!("SAVEPOINT \"s{depth}\""))?;
        self.standing().depth = depth;
        Ok(Savepoint { transaction: self, depth, open: Cell::new(true) })
    }

    /// Makes the changes last.
    ///
    /// # Errors
    ///
    /// Those of the database, such as a deferred foreign key that is violated; the transaction is undone then.
    /// [`is_transaction_lost`](Error::is_transaction_lost) when the database had ended it by itself.
    pub fn commit(self) -> Result<()> {
        self.check()?;
        let result = self.with_session(|session| session.commit(self.kind.access()));
        if result.is_ok() {
            self.standing().state = State::Ended;
        }
        result
    }

    /// Undoes the changes. Dropping the transaction does the same, without telling of an error.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn rollback(self) -> Result<()> {
        self.undo()
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
        let mut lease = self
            .lease
            .try_borrow_mut()
            .map_err(|_| Error::new(Kind::Reentrant { held_by: "a statement of the same transaction".to_owned() }))?;
        work(&mut Session::new(lease.connection(), self.db))
    }
}

/// A part of a transaction that can be undone by itself; what [`Transaction::savepoint`] returns.
///
/// Statements run in it as long as it lives, since they run on the transaction. Savepoints that were begun after it end
/// with it.
#[must_use = "a savepoint is undone when it is dropped; call `commit`"]
pub struct Savepoint<'t, 'db> {
    transaction: &'t Transaction<'db>,
    depth: usize,
    open: Cell<bool>,
}

impl Savepoint<'_, '_> {
    /// Keeps the changes as a part of the transaction.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn commit(self) -> Result<()> {
        self.transaction.check()?;
        self.end(&[format!("RELEASE \"s{}\"", self.depth)])
    }

    /// Undoes the changes. Dropping the savepoint does the same, without telling of an error.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    fn undo(&self) -> Result<()> {
        let depth = self.depth;
        let ended = self.end(&[format!("ROLLBACK TO \"s{depth}\""), format!("RELEASE \"s{depth}\"")]);
        match &ended {
            Ok(()) => self.transaction.recover(depth),
            // The changes are still there, and must not be committed with the rest.
            Err(error) if self.transaction.is_there() => {
                self.transaction.fail(format!("a savepoint could not be rolled back: {error}"));
            }
            Err(_) => {}
        }
        ended
    }

    fn end(&self, statements: &[String]) -> Result<()> {
        // A savepoint begun before this one may have ended it already.
        let mut standing = self.transaction.standing();
        let is_open = self.open.replace(false) && standing.depth >= self.depth;
        if !is_open || !standing.state.is_there() {
            return Ok(());
        }
        standing.depth = self.depth - 1;
        drop(standing);
        statements.iter().try_for_each(|text| self.transaction.control(text))
    }
}

impl Drop for Savepoint<'_, '_> {
    fn drop(&mut self) {
        // The error of an undo has nobody to go to; the transaction cannot be committed then.
        let _ = self.undo();
    }
}

impl fmt::Debug for Savepoint<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Savepoint(depth {})", self.depth)
    }
}

fn lost(message: &str) -> Error {
    Error::new(Kind::TransactionLost { message: message.to_owned() })
}

impl private::Sealed for Transaction<'_> {}

impl Executor for Transaction<'_> {
    fn dialect(&self) -> &'static dyn Dialect {
        self.db.dialect()
    }

    fn db(&self) -> &Db {
        self.db
    }

    fn run<T>(&self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        self.check()?;
        if access == Access::Write && self.kind == TransactionKind::Read {
            // A database in memory has one connection for all work, which would let the write through.
            return Err(Error::new(Kind::ReadOnly { message: "the transaction is one that reads".to_owned() }));
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
