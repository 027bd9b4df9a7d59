//! How a call runs: blocking on a [`Db`], or asynchronously on an `AsyncDb`.

use super::{Db, Session};
use crate::access::{Access, Blocking};
use crate::ast::CallSite;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::Dialect;

/// A database or a transaction, blocking or asynchronous: the argument of queries and writes.
///
/// Its mode decides what they return: with a [`Db`], `Student::query().all(&db)` returns a [`Result`]; with an
/// `AsyncDb`, it returns a future. A function that only takes a blocking database takes an
/// [`Executor`](super::Executor), and one that only takes an asynchronous database an `AsyncExecutor`.
///
/// This is a trait so that each query and write has one name. It cannot be implemented outside of this crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a database",
    label = "neither a `Db` nor a `Transaction`",
    note = "open the database once, as with `let db = Db::sqlite().open(\"students.db\")?`, and pass `&db`; in a transaction, pass its `tx`"
)]
pub trait Run {
    /// How its work is done: [`Blocking`] or `Asynchronous`.
    type Mode: Mode;

    /// Where its work runs.
    #[doc(hidden)]
    fn place(&self) -> <Self::Mode as Mode>::Place<'_>;

    /// The database itself.
    #[doc(hidden)]
    fn db(&self) -> &Db;

    /// Seals the trait: only this crate can name the returned type.
    #[doc(hidden)]
    fn seal(&self) -> Seal;
}

/// Seals [`Run`]: no path leads to this type.
#[derive(Debug)]
pub struct Seal;

/// A transaction, blocking or asynchronous: the argument of queries that lock rows.
///
/// This is a trait so that a query that locks rows does not compile outside of a transaction.
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

    /// Blocks the thread until the outcome is available.
    #[doc(hidden)]
    fn wait<T>(outcome: Self::Outcome<'_, T>) -> Result<T>;
}

/// A mode that can do some work, which takes values of one type and returns values of another.
///
/// [`Blocking`] can do any work. `Asynchronous` sends the work to another thread, so its input and its result have to
/// be `Send` and `'static`.
#[diagnostic::on_unimplemented(
    message = "this cannot run on an asynchronous database: `{Given}` or `{T}` cannot be sent to another thread",
    note = "rows, keys, iterators and closures that are given to an `AsyncDb` have to be `Send + 'static`: collect borrowed rows into a `Vec`, and use `Arc` in place of `Rc`"
)]
pub trait Performs<Given, T>: Mode {
    /// Does some work with an owned input.
    #[doc(hidden)]
    #[track_caller]
    fn perform(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T>;

    /// Does some work with a borrowed input, which is cloned if the work runs later.
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

    /// Does some work that may be repeated from the start: it works only through statements of sessions, and sends the
    /// same statements each time.
    #[doc(hidden)]
    #[track_caller]
    fn repeat(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T>;

    /// Does such work with an input that it consumes. `again` makes the input of the next attempt; if it returns
    /// `None`, the work sends no statement.
    #[doc(hidden)]
    #[track_caller]
    fn redo(
        place: Self::Place<'_>,
        access: Access,
        given: Given,
        again: fn(&Given) -> Option<Given>,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T>;

    /// Does such work with a borrowed input, which is cloned if the work runs later.
    #[doc(hidden)]
    #[track_caller]
    fn repeat_with<'e>(
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

    #[track_caller]
    fn repeat(
        place: Self::Place<'_>,
        _: Access,
        given: Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        work(&given, On { site: place, caller: CallSite::here() })
    }

    #[track_caller]
    fn redo(
        place: Self::Place<'_>,
        _: Access,
        given: Given,
        _: fn(&Given) -> Option<Given>,
        work: fn(Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'_, T> {
        work(given, On { site: place, caller: CallSite::here() })
    }

    #[track_caller]
    fn repeat_with<'e>(
        place: Self::Place<'e>,
        _: Access,
        given: &Given,
        work: fn(&Given, On<'_>) -> Result<T>,
    ) -> Self::Outcome<'e, T> {
        work(given, On { site: place, caller: CallSite::here() })
    }
}

/// Where sessions come from: a [`Db`] or a [`Transaction`](super::Transaction).
pub trait Site {
    /// The database itself.
    fn db(&self) -> &Db;

    /// Checks that rows can be locked here.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_read_only`](Error::is_read_only) outside of a write transaction.
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
    /// Returns the error of the work, or an error if the pool has no connection; then the work is not done.
    fn with(&self, access: Access, work: &mut dyn FnMut(&mut Session<'_>) -> Result<()>) -> Result<()>;
}

/// Where some work runs, and where in the program it was called.
#[derive(Clone, Copy)]
pub struct On<'s> {
    site: &'s dyn Site,
    caller: CallSite,
}

impl<'s> On<'s> {
    /// The place of work that was called elsewhere.
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

    /// Where in the program the work was called.
    pub(crate) fn caller(self) -> CallSite {
        self.caller
    }

    /// Checks that rows can be locked here.
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

/// Reads with an owned input.
#[track_caller]
pub(crate) fn read<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::perform(on.place(), Access::Read, given, work)
}

/// Reads with a borrowed input.
#[track_caller]
pub(crate) fn read_with<'e, Mode: Performs<Given, T>, Given: Clone, T>(
    on: &'e impl Run<Mode = Mode>,
    given: &Given,
    work: fn(&Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'e, T> {
    Mode::perform_with(on.place(), Access::Read, given, work)
}

/// Reads with an owned input, by work that may be repeated from the start.
#[track_caller]
pub(crate) fn look<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(&Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::repeat(on.place(), Access::Read, given, work)
}

/// Reads with a borrowed input, by work that may be repeated from the start.
#[track_caller]
pub(crate) fn look_with<'e, Mode: Performs<Given, T>, Given: Clone, T>(
    on: &'e impl Run<Mode = Mode>,
    given: &Given,
    work: fn(&Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'e, T> {
    Mode::repeat_with(on.place(), Access::Read, given, work)
}

/// Writes one row, by work that may be repeated from the start.
#[track_caller]
pub(crate) fn write_row<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    again: fn(&Given) -> Option<Given>,
    work: fn(Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::redo(on.place(), Access::Write, given, again, work)
}

/// Writes a new row, by work that may be repeated from the start.
#[track_caller]
pub(crate) fn write_new<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(&Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::repeat(on.place(), Access::Write, given, work)
}

/// Writes with an owned input.
#[track_caller]
pub(crate) fn write<Mode: Performs<Given, T>, Given, T>(
    on: &impl Run<Mode = Mode>,
    given: Given,
    work: fn(Given, On<'_>) -> Result<T>,
) -> Mode::Outcome<'_, T> {
    Mode::perform(on.place(), Access::Write, given, work)
}
