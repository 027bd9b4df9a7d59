//! How a call runs: at once on a [`Db`], or awaited on an asynchronous database.

use super::{Db, Session};
use crate::access::{Access, Blocking};
use crate::ast::CallSite;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::Dialect;

/// A database or a transaction, blocking or asynchronous: what queries and writes are given.
///
/// Its mode decides what they return: with a [`Db`], `Student::query().all(&db)` is a [`Result`]; with an `AsyncDb`, it is a future of
/// one. A function that takes only the first is written with [`Executor`](super::Executor), one that takes only the second with
/// `AsyncExecutor`.
///
/// A trait, so that each query and write has one name. It cannot be implemented outside of this crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a database",
    label = "neither a `Db` nor a `Transaction`",
    note = "open the database once, as with `let db = Db::sqlite().open(\"students.db\")?`, and pass `&db`; in a transaction, pass its `tx`"
)]
pub trait Run {
    /// How its work is done.
    type Mode: Mode;

    /// Where its work runs.
    #[doc(hidden)]
    fn place(&self) -> <Self::Mode as Mode>::Place<'_>;

    /// The database itself.
    #[doc(hidden)]
    fn db(&self) -> &Db;

    /// Keeps the trait to this crate, which alone can name what is returned.
    #[doc(hidden)]
    fn seal(&self) -> Seal;
}

/// Implements [`Run`]; there is no path to it.
#[derive(Debug)]
pub struct Seal;

/// A transaction, blocking or asynchronous: what queries are given that lock rows.
///
/// A trait, so that a query that locks rows does not compile outside of a transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transaction",
    label = "not a transaction",
    note = "locks last until the transaction ends: write `db.transaction(|tx| ..)`, and pass its `tx`"
)]
pub trait InTransaction: Run {}

#[diagnostic::do_not_recommend]
impl<X: InTransaction> InTransaction for &X {}

#[diagnostic::do_not_recommend]
impl<X: InTransaction> InTransaction for std::sync::Arc<X> {}

/// How work is done: [`Blocking`] or `Asynchronous`.
pub trait Mode: Sized {
    /// What a call returns: a [`Result`], or a future of one.
    type Outcome<'e, T>;

    /// Where work runs.
    #[doc(hidden)]
    type Place<'e>: Copy;

    /// Blocks the thread until the outcome is there.
    #[doc(hidden)]
    fn wait<T>(outcome: Self::Outcome<'_, T>) -> Result<T>;
}

/// A mode that can do some work, which is given values of one type and returns one of another.
///
/// [`Blocking`] can do any. `Asynchronous` sends the work to another thread, and what it is given and returns has to be `Send` and
/// `'static`.
#[diagnostic::on_unimplemented(
    message = "this cannot run on an asynchronous database: `{Given}` or `{T}` cannot be sent to another thread",
    note = "rows, keys, iterators and closures that are given to an `AsyncDb` have to be `Send + 'static`: collect borrowed rows into a `Vec`, and use `Arc` in place of `Rc`"
)]
pub trait Performs<Given, T>: Mode {
    /// Does some work with what it is given.
    #[doc(hidden)]
    #[track_caller]
    fn perform(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T>;

    /// Does some work with what is lent to it, which is cloned if the work runs later.
    #[doc(hidden)]
    #[track_caller]
    fn perform_with<'e>(
        place: Self::Place<'e>,
        access: Access,
        given: &Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'e, T>
    where
        Given: Clone;
}

impl Mode for Blocking {
    type Outcome<'e, T> = Result<T>;
    type Place<'e> = &'e dyn Site;

    fn wait<T>(outcome: Result<T>) -> Result<T> {
        outcome
    }
}

impl<Given, T> Performs<Given, T> for Blocking {
    #[track_caller]
    fn perform(
        place: Self::Place<'_>,
        _: Access,
        given: Given,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        work(given, On { site: place, caller: CallSite::here() })
    }

    #[track_caller]
    fn perform_with<'e>(
        place: Self::Place<'e>,
        _: Access,
        given: &Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'e, T> {
        work(given, On { site: place, caller: CallSite::here() })
    }
}

/// Where sessions are: a [`Db`] or a [`Transaction`](super::Transaction).
pub trait Site {
    /// The database itself.
    fn db(&self) -> &Db;

    /// Makes sure that rows can be locked here.
    ///
    /// # Errors
    ///
    /// [`is_read_only`](Error::is_read_only) outside of a transaction that writes.
    fn check_locks(&self) -> Result<()> {
        let message = "only a write transaction locks rows; use `db.transaction(..)` or `db.begin()`";
        Err(Error::new(ErrorKind::ReadOnly { message: message.to_owned() }))
    }

    /// Whether it is a transaction.
    fn is_transaction(&self) -> bool {
        false
    }

    /// Does some work on a connection.
    ///
    /// # Errors
    ///
    /// Those of the work, and that of a connection that is not lent; the work is not done then.
    fn with(&self, access: Access, work: &mut dyn FnMut(&mut Session<'_>) -> Result<()>) -> Result<()>;
}

/// What some work runs on, and where in the program it was asked for.
#[derive(Clone, Copy)]
pub struct On<'s> {
    site: &'s dyn Site,
    caller: CallSite,
}

impl<'s> On<'s> {
    /// The place of work that was asked for elsewhere.
    #[cfg(any(feature = "async", feature = "migrate", test))]
    pub(crate) fn new(site: &'s dyn Site, caller: CallSite) -> Self {
        On { site, caller }
    }

    /// The database itself.
    pub(crate) fn db(self) -> &'s Db {
        self.site.db()
    }

    /// The dialect of the database.
    pub(crate) fn dialect(self) -> &'static dyn Dialect {
        self.db().dialect()
    }

    /// Where in the program the work was asked for.
    pub(crate) fn caller(self) -> CallSite {
        self.caller
    }

    /// Makes sure that rows can be locked here.
    pub(crate) fn check_locks(self) -> Result<()> {
        self.site.check_locks()
    }

    /// Whether it is a transaction.
    #[cfg(feature = "migrate")]
    pub(crate) fn is_transaction(self) -> bool {
        self.site.is_transaction()
    }

    /// Does some work on a connection.
    pub(crate) fn run<T>(self, access: Access, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let (mut work, mut value) = (Some(work), None);
        self.site.with(access, &mut |session| {
            if let Some(work) = work.take() {
                value = Some(work(session)?);
            }
            Ok(())
        })?;
        value.ok_or_else(|| Error::invalid("the pool lent no connection"))
    }
}

/// Reads by what is given away.
#[track_caller]
pub(crate) fn read<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::perform(on.place(), Access::Read, given, work)
}

/// Reads by what is lent.
#[track_caller]
pub(crate) fn read_with<'e, Mode: Performs<Given, T>, Given: Clone, T>(
    on: &'e impl Run<Mode = Mode>,
    given: &Given,
    work: fn(&Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'e, T> {
    Mode::perform_with(on.place(), Access::Read, given, work)
}

/// Writes what is given away.
#[track_caller]
pub(crate) fn write<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::perform(on.place(), Access::Write, given, work)
}
