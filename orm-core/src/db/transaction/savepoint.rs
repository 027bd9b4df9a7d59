//! Savepoints: parts of a transaction that can be undone by themselves.

use std::cell::Cell;
use std::fmt;

use super::Transaction;
use super::callbacks::Callbacks;
use crate::error::Result;

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

impl<'t, 'db> Savepoint<'t, 'db> {
    pub(super) fn begin(transaction: &'t Transaction<'db>) -> Result<Self> {
        transaction.check()?;
        let depth = transaction.standing().depth + 1;
        transaction.control(&transaction.db.pool().dialect().savepoint(&name_at(depth)))?;
        transaction.standing().depth = depth;
        Ok(Savepoint { transaction, depth, open: Cell::new(true) })
    }

    /// Keeps the changes as a part of the transaction.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn commit(self) -> Result<()> {
        self.transaction.check()?;
        self.end(Callbacks::keep, &[self.transaction.db.pool().dialect().release(&name_at(self.depth))])
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
        let (depth, dialect, name) = (self.depth, self.transaction.db.pool().dialect(), name_at(self.depth));
        let ended = self.end(Callbacks::forget, &[dialect.roll_back_to(&name), dialect.release(&name)]);
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

    /// Ends it by some statements, after telling what is called at the commit.
    fn end(&self, tell: fn(&mut Callbacks, usize), statements: &[String]) -> Result<()> {
        // A savepoint begun before this one may have ended it already.
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

/// What a savepoint is called, so many being open.
fn name_at(depth: usize) -> String {
    format!("s{depth}")
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
