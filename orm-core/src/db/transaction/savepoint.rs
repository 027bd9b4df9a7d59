//! Savepoints: nested transactions.

use std::cell::Cell;
use std::fmt;

use super::Transaction;
use super::callbacks::Callbacks;
use crate::error::Result;

/// A savepoint, or nested transaction, which can be rolled back without the rest of its transaction: the result of
/// [`Transaction::savepoint`].
///
/// All statements of the transaction run in it as long as it exists. Savepoints that were set after it end with it.
#[must_use = "a savepoint is rolled back when it is dropped; call `commit`"]
pub struct Savepoint<'t, 'db> {
    transaction: &'t Transaction<'db>,
    depth: usize,
    open: Cell<bool>,
}

impl<'t, 'db> Savepoint<'t, 'db> {
    pub(super) fn begin(transaction: &'t Transaction<'db>) -> Result<Self> {
        transaction.check()?;
        let depth = transaction.standing().depth + 1;
        transaction.control(&transaction.db.pool().dialect().savepoint(&name_at(depth)))?;
        transaction.standing().depth = depth;
        Ok(Savepoint { transaction, depth, open: Cell::new(true) })
    }

    /// Releases the savepoint: its changes become a part of the transaction.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot release the savepoint.
    pub fn commit(self) -> Result<()> {
        self.transaction.check()?;
        self.end(Callbacks::keep, &[self.transaction.db.pool().dialect().release(&name_at(self.depth))])
    }

    /// Rolls back the changes since the savepoint. Dropping the savepoint does the same, but ignores errors.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot roll back.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    fn undo(&self) -> Result<()> {
        let (depth, dialect, name) = (self.depth, self.transaction.db.pool().dialect(), name_at(self.depth));
        let ended = self.end(Callbacks::forget, &[dialect.roll_back_to(&name), dialect.release(&name)]);
        match &ended {
            Ok(()) => self.transaction.recover(depth),
            // The changes are still in the transaction, which must not be committed with them.
            Err(error) if self.transaction.is_there() => {
                self.transaction.fail(format!("a savepoint could not be rolled back: {error}"));
            }
            Err(_) => {}
        }
        ended
    }

    /// Ends it with some statements, after updating the functions to call at the commit.
    fn end(&self, tell: fn(&mut Callbacks, usize), statements: &[String]) -> Result<()> {
        // A savepoint that was set before this one may have ended it already.
        let mut standing = self.transaction.standing();
        let is_open = self.open.replace(false) && standing.depth >= self.depth;
        if !is_open || !standing.state.is_there() {
            return Ok(());
        }
        standing.depth = self.depth - 1;
        tell(&mut standing.callbacks, self.depth);
        drop(standing);
        statements.iter().try_for_each(|text| self.transaction.control(text))
    }
}

/// The name of a savepoint, while `depth` are open.
fn name_at(depth: usize) -> String {
    format!("s{depth}")
}

impl Drop for Savepoint<'_, '_> {
    fn drop(&mut self) {
        // Nobody can receive the error of a rollback here; the transaction cannot be committed then.
        let _ = self.undo();
    }
}

impl fmt::Debug for Savepoint<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Savepoint(depth {})", self.depth)
    }
}
