//! Transactions: guards that commit when told to, and undo when dropped.

use std::cell::{Cell, RefCell};
use std::fmt;

use crate::db::{Access, Db, Executor, private};
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
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The database ended it by itself.
    Lost,
    Ended,
}

impl<'db> Transaction<'db> {
    pub(crate) fn begin(db: &'db Db, kind: TransactionKind) -> Result<Self> {
        let (access, text) = match kind {
            TransactionKind::Read => (Access::Read, "BEGIN"),
            TransactionKind::Write => (Access::Write, "BEGIN IMMEDIATE"),
        };
        let lease = RefCell::new(db.pool().lend(access)?);
        let transaction = Transaction { db, kind, lease, state: Cell::new(State::Ended) };
        transaction.with_session(|session| session.batch(StatementKind::Transaction, text))?;
        transaction.state.set(State::Open);
        Ok(transaction)
    }

    /// Makes the changes last.
    ///
    /// # Errors
    ///
    /// Those of the database, such as a deferred foreign key that is violated; the transaction is undone then.
    /// [`is_transaction_lost`](Error::is_transaction_lost) when the database had ended it by itself.
    pub fn commit(self) -> Result<()> {
        self.check()?;
        let result = self.with_session(|session| session.batch(StatementKind::Transaction, "COMMIT"));
        if result.is_ok() {
            self.state.set(State::Ended);
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
        if self.state.replace(State::Ended) != State::Open {
            return Ok(());
        }
        self.with_session(|session| {
            if session.in_transaction() { session.batch(StatementKind::Transaction, "ROLLBACK") } else { Ok(()) }
        })
    }

    fn check(&self) -> Result<()> {
        match self.state.get() {
            State::Open => Ok(()),
            State::Lost | State::Ended => Err(lost("an earlier statement in it failed")),
        }
    }

    fn with_session<T>(&self, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let mut lease = self
            .lease
            .try_borrow_mut()
            .map_err(|_| Error::new(Kind::Reentrant { held_by: "a statement of the same transaction".to_owned() }))?;
        work(&mut Session::new(lease.connection(), self.db))
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
                self.state.set(State::Lost);
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
        let state = match self.state.get() {
            State::Open => "open",
            State::Lost => "lost",
            State::Ended => "ended",
        };
        write!(f, "Transaction({state})")
    }
}
