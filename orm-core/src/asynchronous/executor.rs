//! Where asynchronous work runs.

use std::sync::Arc;

use super::AsyncDb;
use super::closure::{Transact, Transacting};
use super::place::Place;
use super::task::Pending;
use super::transaction::AsyncTransaction;
use super::work::{Again, Anew, Once};
use crate::access::{Access, Asynchronous};
use crate::db::{Db, InTransaction, Mode, On, Performs, Run, Seal};
use crate::error::{Error, Result};

/// An asynchronous database or transaction: an [`AsyncDb`] or an [`AsyncTransaction`], or an [`Arc`] of one. Functions
/// of a program take it, as blocking functions take an [`Executor`](crate::db::Executor).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// use orm::{AsyncDb, AsyncExecutor};
///
/// async fn enrol(on: &impl AsyncExecutor, first: &str, last: &str, course: &Course) -> Result<Student> {
///     on.transaction(async |tx| {
///         let new = student(first, last).insert(tx).await?;
///         Student::courses().link(tx, &new, [course]).await?;
///         Ok(new)
///     })
///     .await
/// }
///
/// # fn main() -> Result<()> {
/// # let db = AsyncDb::from(school()?);
/// # smol::block_on(async {
/// let algebra = Course::find(&db, 1).await?;
/// enrol(&db, "Grace", "Hopper", &algebra).await?;
/// # Ok(())
/// # })
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an asynchronous database",
    label = "neither an `AsyncDb` nor an `AsyncTransaction`",
    note = "open the database once, as with `let db = AsyncDb::open(\"students.db\").await?`, and pass `&db`; in a transaction, pass its `tx`",
    note = "a function for a blocking `Db` takes `&impl Executor`"
)]
pub trait AsyncExecutor: Run<Mode = Asynchronous> + Sync {
    /// Runs a closure in a write transaction, which is committed if the closure returns `Ok`, and rolled back if it
    /// returns an error, panics, or is dropped. In a transaction that is already open, the closure runs in a nested
    /// transaction (a savepoint).
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction.
    #[doc(alias = "atomic")]
    #[track_caller]
    fn transaction<'c, T, F>(&'c self, work: F) -> Transacting<'c, T>
    where
        T: Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T>, Fut: Send> + Send + 'c,
    {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](AsyncExecutor::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of beginning or committing the transaction, converted to the
    /// closure's error type.
    #[track_caller]
    fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c;

    /// Calls a function after the commit: at once on an [`AsyncDb`], where each write is committed separately, and
    /// otherwise after the outermost transaction, as [`AsyncTransaction::on_commit`] does.
    fn on_commit(&self, callback: impl FnOnce() + Send + 'static);
}

impl Mode for Asynchronous {
    type Outcome<'e, T> = Pending<'e, T>;
    type Place<'e> = Place<'e>;

    fn wait<T>(outcome: Pending<'_, T>) -> Result<T> {
        outcome.wait()
    }
}

impl<Given: Send + 'static, T: Send + 'static> Performs<Given, T> for Asynchronous {
    #[track_caller]
    fn perform(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        Pending::new(place, access, Once(move |on: On<'_>| work(given, on)))
    }

    #[track_caller]
    fn perform_with<'e>(
        place: Self::Place<'e>,
        access: Access,
        given: &Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'e, T>
    where
        Given: Clone,
    {
        let given = given.clone();
        Pending::new(place, access, Once(move |on: On<'_>| work(&given, on)))
    }

    #[track_caller]
    fn repeat(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        Pending::new(place, access, Again { given, work })
    }

    #[track_caller]
    fn redo(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        again: fn(&Given) -> Option<Given>,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        Pending::new(place, access, Anew { given: Some(given), again, work })
    }

    #[track_caller]
    fn repeat_with<'e>(
        place: Self::Place<'e>,
        access: Access,
        given: &Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'e, T>
    where
        Given: Clone,
    {
        Pending::new(place, access, Again { given: given.clone(), work })
    }
}

impl Run for AsyncDb {
    type Mode = Asynchronous;

    fn place(&self) -> Place<'_> {
        self.place()
    }

    fn db(&self) -> &Db {
        self.blocking()
    }

    fn seal(&self) -> Seal {
        Seal
    }
}

impl AsyncExecutor for AsyncDb {
    #[track_caller]
    fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c,
    {
        self.try_transaction(work)
    }

    fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        callback();
    }
}

impl InTransaction for AsyncTransaction {}

impl Run for AsyncTransaction {
    type Mode = Asynchronous;

    fn place(&self) -> Place<'_> {
        self.place()
    }

    fn db(&self) -> &Db {
        self.blocking()
    }

    fn seal(&self) -> Seal {
        Seal
    }
}

impl AsyncExecutor for AsyncTransaction {
    #[track_caller]
    fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c,
    {
        self.try_transaction(work)
    }

    fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        self.on_commit(callback);
    }
}

/// References and pointers to an executor are executors.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<X: AsyncExecutor + Send> AsyncExecutor for $pointer {
            #[track_caller]
            fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
            where
                T: Send + 'c,
                E: From<Error> + Send + 'c,
                F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c,
            {
                (**self).try_transaction(work)
            }

            fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
                (**self).on_commit(callback);
            }
        }
    )*};
}

forward!(&X, Arc<X>);
