//! Queries that lock their rows until the end of a write transaction.

use std::fmt;

use super::{Loads, Query, Statement, Window, load};
use crate::ast::{Lock, Select, Strength, Wait};
use crate::column::{Condition, KeyOf, Ordering, PrimaryKey};
use crate::db::{InTransaction, On, Performs, Run, read_with};
use crate::error::{Error, Result};
use crate::loaded::{Attach, Record};
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::prefetch::{Place, Plan, Prefetch, RelationOf};
use crate::sql::{Dialect, Sql};

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Locks the returned rows until the transaction ends: other transactions can read them, but cannot update, delete
    /// or lock them. The query only runs in a write transaction.
    ///
    /// It waits for rows that another transaction has locked or changed; then it reads their new values, and leaves out
    /// rows that no longer meet its conditions. So [`first`](Locked::first) may return `None` although another row
    /// meets them. [`skip_locked`](Locked::skip_locked) and [`no_wait`](Locked::no_wait) do not wait.
    ///
    /// Only rows of the query's own table are locked, not the rows of joined or prefetched relations, nor rows in
    /// conditions. To lock them too, query them with a lock. With a limit, rows outside of it are not locked; rows that
    /// an offset skips may be.
    ///
    /// SQLite has no row locks. A write transaction locks the whole database against other writers, so nothing more is
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

    /// Does the same as [`for_update`](Query::for_update), but other transactions may take the same kind of lock at the
    /// same time. The rows do not change until all of these transactions have ended.
    #[doc(alias = "lock_in_share_mode")]
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE … FOR SHARE OF t0`; on SQLite without the last words
    pub fn for_share(self) -> Locked<M, Row, B> {
        Locked { query: self, lock: Lock { strength: Strength::Share, wait: Wait::Wait } }
    }
}

/// A query that locks the rows that it returns: the result of [`Query::for_update`] and [`Query::for_share`].
///
/// It only runs in a write transaction, because its locks last until the transaction ends. In a read transaction it
/// returns an error that [`is_read_only`](Error::is_read_only).
#[must_use = "a query does nothing until it is run, as with `.all(tx)` in a transaction"]
pub struct Locked<M, Row = M, Base = M> {
    query: Query<M, Row, Base>,
    lock: Lock,
}

impl<M: Mapped, Row, B: Record<Model = M>> Locked<M, Row, B> {
    /// Skips rows that other transactions have locked, instead of waiting for them: workers of a job queue get
    /// different jobs. Replaces [`no_wait`](Locked::no_wait).
    ///
    /// On SQLite no rows are skipped, because no other transaction writes while this one is open.
    ///
    /// SQL: `… FOR UPDATE OF t0 SKIP LOCKED`
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = Wait::Skip;
        self
    }

    /// Returns an error if another transaction has locked one of the rows, instead of waiting for it. The error
    /// [`is_busy`](Error::is_busy). Replaces [`skip_locked`](Locked::skip_locked).
    #[doc(alias = "nowait")]
    ///
    /// The error aborts the transaction on PostgreSQL; run the query in a
    /// [savepoint](crate::db::Transaction::savepoint) to continue after it. On SQLite there is nothing to wait for.
    ///
    /// SQL: `… FOR UPDATE OF t0 NOWAIT`
    pub fn no_wait(mut self) -> Self {
        self.lock.wait = Wait::Refuse;
        self
    }

    /// Does the same as [`Query::filter`].
    pub fn filter(self, condition: Condition<M>) -> Self {
        Locked { query: self.query.filter(condition), ..self }
    }

    /// Does the same as [`Query::order_by`]. Rows that the query waited for may have other values when they are locked,
    /// and keep their position in the order.
    pub fn order_by(self, order: impl Ordering<M>) -> Self {
        Locked { query: self.query.order_by(order), ..self }
    }

    /// Does the same as [`Query::limit`].
    pub fn limit(self, rows: u64) -> Self {
        Locked { query: self.query.limit(rows), ..self }
    }

    /// Does the same as [`Query::offset`].
    pub fn offset(self, rows: u64) -> Self {
        Locked { query: self.query.offset(rows), ..self }
    }

    /// Does the same as [`Query::prefetch`]. The rows of the relation are not locked.
    pub fn prefetch<R>(self, relation: R) -> Locked<M, Row::Out, B>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        Locked { query: self.query.prefetch(relation), lock: self.lock }
    }

    /// Returns the rows, with their prefetched relations, as [`Query::all`] does.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Query::all`], and one that [`is_read_only`](Error::is_read_only) in a read
    /// transaction. Returns one that [`is_busy`](Error::is_busy) with [`no_wait`](Locked::no_wait) if a row is locked,
    /// and if a lock is not free within the database's `lock_timeout`.
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<Row>>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Row>> {
        read_with(on, self, |locked, on| locked.run(on, &locked.query.draft.select, &mut Window::whole()))
    }

    /// Returns the first row in the query's order, with its prefetched relations, and locks only this row.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Locked::all).
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<Row>>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<Row>> {
        read_with(on, self, |locked, on| {
            Ok(locked.run(on, &locked.query.draft.select.limited_to(1), &mut Window::whole())?.pop())
        })
    }

    /// Returns the only row, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if there is no row, one that
    /// [`is_more_than_one`](Error::is_more_than_one) if there are several, and the same errors as [`all`](Locked::all).
    #[track_caller]
    pub fn one<'e, Mode: Performs<Self, Row>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
    ) -> Mode::Outcome<'e, Row> {
        read_with(on, self, Self::the_one)
    }

    /// Returns the row with a primary key, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`one`](Locked::one).
    #[track_caller]
    pub fn find<'e, Mode: Performs<Self, Row>>(
        &self,
        on: &'e impl InTransaction<Mode = Mode>,
        key: impl KeyOf<M, M::Key>,
    ) -> Mode::Outcome<'e, Row> {
        read_with(on, &self.clone().filter(PrimaryKey::new().eq(key)), Self::the_one)
    }

    /// Returns the statement for the rows, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        self.statement(&self.query.draft.select, on.db().dialect())
    }

    /// Returns all statements that the query would send, as a tree, without running them. It locks no row, so it also
    /// runs outside of a transaction.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # use orm::assert_plan;
    /// assert_plan!(&db, Student::query().filter(Student::id().gt(7)).for_update().skip_locked());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Query::plan`].
    #[doc(alias = "explain")]
    #[track_caller]
    pub fn plan<'e, Mode: Performs<Self, Plan>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan> {
        read_with(on, self, |locked, on| {
            let sql = locked.statement(&locked.query.draft.select, on.dialect());
            locked.query.planned_with(on, sql, false)
        })
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
        // Rows that are locked elsewhere may be left out, so these are not all rows of their table.
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
