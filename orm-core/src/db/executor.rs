//! Where statements run.

use std::sync::Arc;

use super::run::{Mode, Run, Seal, Site};
use super::{Db, Session, Transaction};
use crate::access::{Access, Blocking};
use crate::error::{Error, Result};

/// Where statements run: a [`Db`] or a [`Transaction`], or an [`Arc`] of one.
///
/// A function that takes an executor works by itself, and as a part of its caller's transaction. With
/// [`transaction`](Executor::transaction) it is atomic in both cases:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// use orm::Executor;
///
/// fn enrol(on: &impl Executor, first: &str, last: &str, course: &Course) -> Result<Student> {
///     on.transaction(|tx| {
///         let new = student(first, last).insert(tx)?;
///         Student::courses().link(tx, &new, [course])?;
///         Ok(new)
///     })
/// }
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # let algebra = course(&db, "Algebra")?;
///
/// enrol(&db, "Grace", "Hopper", &algebra)?;
/// db.transaction(|tx| {
///     enrol(tx, "Mary", "Somerville", &algebra)?;
///     enrol(tx, "Emmy", "Noether", &algebra)
/// })?;
/// # Ok(())
/// # }
/// ```
///
/// This is a trait so that every query and write runs on either. It cannot be implemented outside of this crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a blocking database",
    label = "neither a `Db` nor a `Transaction`",
    note = "open the database once, as with `let db = Db::sqlite().open(\"students.db\")?`, and pass `&db`; in a transaction, pass its `tx`",
    note = "a function for an `AsyncDb` takes `&impl AsyncExecutor`"
)]
pub trait Executor: Run<Mode = Blocking> {
    /// Runs a closure in a write transaction, which is committed if the closure returns `Ok`, and rolled back if it
    /// returns an error or panics. In a transaction that is already open, the closure runs in a savepoint, as with
    /// [`Transaction::transaction`]: only its own changes are rolled back.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction.
    #[doc(alias = "atomic")]
    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](Executor::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction, converted to the
    /// closure's error type.
    fn try_transaction<T, E: From<Error>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E>;

    /// Calls a function after the commit: at once on a [`Db`], where each write is committed separately, and otherwise
    /// after the outermost transaction, as [`Transaction::on_commit`] does.
    #[doc(alias = "after_commit")]
    fn on_commit(&self, callback: impl FnOnce() + Send + 'static);
}

impl Executor for Db {
    fn try_transaction<T, E: From<Error>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        self.try_transaction(work)
    }

    fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        callback();
    }
}

impl Run for Db {
    type Mode = Blocking;

    fn place(&self) -> &dyn Site {
        self
    }

    fn db(&self) -> &Db {
        self
    }

    fn seal(&self) -> Seal {
        Seal
    }
}

impl Site for Db {
    fn db(&self) -> &Db {
        self
    }

    fn with(&self, access: Access, work: &mut dyn FnMut(&mut Session<'_>) -> Result<()>) -> Result<()> {
        let mut done = Ok(());
        self.pool().with(access, &mut |connection| done = work(&mut Session::new(connection, self)))?;
        done
    }
}

impl Executor for Transaction<'_> {
    fn try_transaction<T, E: From<Error>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        self.try_transaction(work)
    }

    fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        self.on_commit(callback);
    }
}

impl Run for Transaction<'_> {
    type Mode = Blocking;

    fn place(&self) -> &dyn Site {
        self
    }

    fn db(&self) -> &Db {
        self.db()
    }

    fn seal(&self) -> Seal {
        Seal
    }
}

/// References and pointers to an executor are executors.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<X: Executor> Executor for $pointer {
            fn try_transaction<T, E: From<Error>>(
                &self,
                work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
            ) -> Result<T, E> {
                (**self).try_transaction(work)
            }

            fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
                (**self).on_commit(callback);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<X: Run> Run for $pointer {
            type Mode = X::Mode;

            fn place(&self) -> <X::Mode as Mode>::Place<'_> {
                (**self).place()
            }

            fn db(&self) -> &Db {
                (**self).db()
            }

            fn seal(&self) -> Seal {
                Seal
            }
        }
    )*};
}

forward!(&X, Arc<X>);
