//! Queries that lock the rows that they return, until the end of a write transaction.

use std::fmt;

use super::{Loads, Query, Statement, Window, load};
use crate::ast::{Lock, Select, Strength, Wait};
use crate::column::{Condition, KeyOf, Ordering, PrimaryKey};
use crate::db::{InTransaction, On, Performs, Run, read_with};
use crate::error::{Error, Result};
use crate::loaded::{Attach, Record};
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::prefetch::{Place, Prefetch, RelationOf};
use crate::sql::{Dialect, Sql};

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Locks the rows that the query returns until the transaction ends: others can read them, and neither change, delete
    /// nor lock them. The query then runs in a write transaction alone.
    ///
    /// Rows that another transaction has locked or changed are waited for; then the query sees them as they are by that
    /// time, and leaves out those that no longer meet its conditions. So [`first`](Locked::first) may return `None` although
    /// another row meets them. See [`skip_locked`](Locked::skip_locked) and [`no_wait`](Locked::no_wait) for queries that do
    /// not wait.
    ///
    /// Only rows of the query's own table are locked: not those of joined or prefetched relations, nor those that its
    /// conditions ask about. To lock them too, query them with a lock. With a limit, rows outside of it stay free; those that
    /// an offset leaves out may be locked.
    ///
    /// SQLite locks no rows. A write transaction is its lock: no other one is in the database until it ends, so nothing is
    /// sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # ada(&db)?;
    /// db.transaction(|tx| {
    ///     let ada = Student::query().filter(Student::first_name().eq("Ada")).for_update().one(tx)?;
    ///     ada.edit(tx, |ada| ada.age += 1)
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE … FOR UPDATE OF t0`; on SQLite without the last words
    #[doc(alias = "select_for_update")]
    pub fn for_update(self) -> Locked<M, Row, B> {
        Locked { query: self, lock: Lock { strength: Strength::Update, wait: Wait::Wait } }
    }

    /// As [`for_update`](Query::for_update), but others may lock the rows in the same way at the same time. They stay as they
    /// are until all of these transactions have ended.
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE … FOR SHARE OF t0`; on SQLite without the last words
    pub fn for_share(self) -> Locked<M, Row, B> {
        Locked { query: self, lock: Lock { strength: Strength::Share, wait: Wait::Wait } }
    }
}

/// A query that locks the rows that it returns; what [`Query::for_update`] and [`Query::for_share`] return.
///
/// It runs in a write transaction alone, since its locks last until the transaction ends. In a read transaction it is an
/// error that [`is_read_only`](Error::is_read_only).
#[must_use = "a query does nothing until it is run, as with `.all(tx)` in a transaction"]
pub struct Locked<M, Row = M, Base = M> {
    query: Query<M, Row, Base>,
    lock: Lock,
}

impl<M: Mapped, Row, B: Record<Model = M>> Locked<M, Row, B> {
    /// Leaves out the rows that other transactions have locked, instead of waiting for them: workers that take jobs from one
    /// table get different ones. Replaces [`no_wait`](Locked::no_wait).
    ///
    /// On SQLite there is nothing to leave out: no other transaction writes while this one is open.
    ///
    /// SQL: `… FOR UPDATE OF t0 SKIP LOCKED`
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = Wait::Skip;
        self
    }

    /// Makes it an error if another transaction has locked one of the rows, instead of waiting for it. The error
    /// [`is_busy`](Error::is_busy). Replaces [`skip_locked`](Locked::skip_locked).
    ///
    /// PostgreSQL aborts the transaction by the error; run the query in a [savepoint](crate::db::Transaction::savepoint) to go on
    /// after it. On SQLite there is nothing to wait for.
    ///
    /// SQL: `… FOR UPDATE OF t0 NOWAIT`
    pub fn no_wait(mut self) -> Self {
        self.lock.wait = Wait::Refuse;
        self
    }

    /// As [`Query::filter`].
    pub fn filter(self, condition: Condition<M>) -> Self {
        Locked { query: self.query.filter(condition), ..self }
    }

    /// As [`Query::order_by`]. Rows that had to be waited for may have other values by the time they are locked, and stay
    /// where they were in the order.
    pub fn order_by(self, order: impl Ordering<M>) -> Self {
        Locked { query: self.query.order_by(order), ..self }
    }

    /// As [`Query::limit`].
    pub fn limit(self, rows: u64) -> Self {
        Locked { query: self.query.limit(rows), ..self }
    }

    /// As [`Query::offset`].
    pub fn offset(self, rows: u64) -> Self {
        Locked { query: self.query.offset(rows), ..self }
    }

    /// As [`Query::prefetch`]. The rows of the relation are not locked.
    pub fn prefetch<R>(self, relation: R) -> Locked<M, Row::Out, B>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        Locked { query: self.query.prefetch(relation), lock: self.lock }
    }

    /// Returns the rows, with the relations asked for, as [`Query::all`] does.
    ///
    /// # Errors
    ///
    /// As [`Query::all`], and [`is_read_only`](Error::is_read_only) in a read transaction. With
    /// [`no_wait`](Locked::no_wait), [`is_busy`](Error::is_busy) if a row is locked; the same if a lock is not free within
    /// the database's `lock_timeout`.
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<Row>>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Row>> {
        read_with(on, self, |locked, on| locked.run(on, &locked.query.draft.select, &mut Window::whole()))
    }

    /// Returns the first row in the query's order, with the relations asked for, and locks no other.
    ///
    /// # Errors
    ///
    /// As [`all`](Locked::all).
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<Row>>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<Row>> {
        read_with(on, self, |locked, on| {
            Ok(locked.run(on, &locked.query.draft.select.limited_to(1), &mut Window::whole())?.pop())
        })
    }

    /// Returns the only row, with the relations asked for.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is none, [`is_more_than_one`](Error::is_more_than_one) when
    /// there are several, and as [`all`](Locked::all).
    #[track_caller]
    pub fn one<'e, Mode: Performs<Self, Row>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Row> {
        read_with(on, self, Self::the_one)
    }

    /// Returns the row with a primary key, with the relations asked for.
    ///
    /// # Errors
    ///
    /// As [`one`](Locked::one).
    #[track_caller]
    pub fn find<'e, Mode: Performs<Self, Row>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
        key: impl KeyOf<M, M::Key>,
    ) -> Mode::Outcome<'e, Row> {
        read_with(on, &self.clone().filter(PrimaryKey::new().eq(key)), Self::the_one)
    }

    /// Returns the statement for the rows themselves, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        self.statement(&self.query.draft.select, on.db().dialect())
    }

    fn the_one(&self, on: On<'_>) -> Result<Row> {
        let select = self.query.draft.select.limited_to(2);
        self.run(on, &select, &mut Window::single())?.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    fn run(&self, on: On<'_>, select: &Select, window: &mut Window) -> Result<Vec<Row>> {
        on.check_locks()?;
        self.query.check()?;
        let statement = Statement::Rendered(self.statement(select, on.dialect()), OneRow::default());
        let loads = Loads { below: &self.query.draft.below, loader: &*self.query.loader };
        // Rows that are locked elsewhere may be left out, so that these are not all of their table.
        load(on, &statement, false, loads, window)
    }

    fn statement(&self, select: &Select, dialect: &dyn Dialect) -> Sql {
        self.query.statement(&Select { lock: Some(self.lock), ..select.clone() }, dialect)
    }
}

impl<M, Row, B> Clone for Locked<M, Row, B> {
    fn clone(&self) -> Self {
        Locked { query: self.query.clone(), lock: self.lock }
    }
}

impl<M: Mapped, Row, B> fmt::Debug for Locked<M, Row, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locked query of {}", M::TABLE.model)
    }
}
