//! Rows of a raw SQL statement, with relations.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::access::{Access, Blocking};
use crate::db::{self as run, On, Performs, Run};
use crate::error::{Error, Result};
use crate::loaded::{Attach, MaybeLoaded, Record};
use crate::mapped::Mapped;
use crate::prefetch::fetch::needs;
use crate::prefetch::{Draft, Loader, Place, Plan, Prefetch, RelationOf, Step, WithChosen, WithRelation, steps};
use crate::query::{Loads, Statement, Window, load};
use crate::sql::{RawSql, RawStatement, Sql};
use crate::view::View;

impl<Mode> RawSql<Mode> {
    /// Makes a query of the statement, whose rows are read as a model or a view. You can prefetch relations: one
    /// statement for each, in one read transaction with this one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let text = "WITH sizes AS (SELECT student_id, count(*) AS courses FROM enrollments GROUP BY student_id)
    ///     SELECT s.* FROM students AS s JOIN sizes ON student_id = s.id WHERE courses >= $1 ORDER BY courses DESC, s.id";
    /// let students = orm::sql(text).bind(1).query::<Student>().prefetch(Student::courses()).all(&db)?;
    /// assert_eq!(students[0].courses()[0].title, "Algebra");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The rows have the order of the statement, and a row that it returns twice is returned twice.
    #[doc(alias = "cte")]
    #[doc(alias = "with_recursive")]
    #[doc(alias = "prefetch")]
    pub fn query<V: View>(self) -> RawQuery<V::Model, V, V::Base, Mode> {
        let (below, loader) = V::loads();
        let mut draft = Draft::new(V::Model::TABLE);
        draft.fetch_all(below);
        RawQuery { sql: self, draft, loader, model: PhantomData }
    }
}

/// A raw SQL statement as a query of rows of the model `M`: the result of [`RawSql::query`].
///
/// `Row` is the type of the rows that it returns, and `Base` the part of each that is read before relations are added,
/// as in [`Query`](crate::query::Query).
#[must_use = "a query does nothing until it is run, as with `.all(&db)`"]
pub struct RawQuery<M, Row = M, Base = M, Mode = Blocking> {
    sql: RawSql<Mode>,
    /// What is fetched for the rows. Its select is not run.
    draft: Draft,
    loader: Arc<dyn Loader<Base, Row>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped, Row, B: Record<Model = M>, Mode: run::Mode> RawQuery<M, Row, B, Mode> {
    /// Loads a relation of the rows, as [`Query::prefetch`](crate::query::Query::prefetch) does: one more statement,
    /// for any number of rows. The statement has to return the columns of the model that the relation starts at.
    ///
    /// A relation that is [`joined`](crate::relation::Relation::joined) is loaded by a separate statement.
    pub fn prefetch<R>(mut self, relation: R) -> RawQuery<M, Row::Out, B, Mode>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        let relation = relation.loads();
        self.draft.fetch::<R::Slot>(relation.fetch());
        let loader = Arc::new(WithRelation::<B, Row, R::Loads, R::Slot>::new(self.loader, relation));
        RawQuery { sql: self.sql, draft: self.draft, loader, model: PhantomData }
    }

    /// Loads a relation of the rows if `wanted` is true, as [`Query::prefetch_if`](crate::query::Query::prefetch_if)
    /// does.
    pub fn prefetch_if<R>(mut self, wanted: bool, relation: R) -> RawQuery<M, Row::Out, B, Mode>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, MaybeLoaded<<R::Loads as Prefetch>::State>> + 'static,
    {
        let loads = relation.loads();
        let loader = WithChosen::<B, Row, R::Loads, R::Slot>::new(self.loader, &mut self.draft, wanted, loads);
        RawQuery { sql: self.sql, draft: self.draft, loader: Arc::new(loader), model: PhantomData }
    }

    /// Returns the rows of the statement in their order, with their prefetched relations.
    ///
    /// The statement and one for each relation run in one read transaction, unless a transaction is open already, so
    /// all of them see the same consistent snapshot. If the statement is [`writing`](RawSql::writing), they run in a
    /// write transaction, which is rolled back on an error.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`RawSql::rows`], and for relations the errors of
    /// [`Query::all`](crate::query::Query::all).
    #[track_caller]
    pub fn all<'e>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Vec<Row>>
    where
        Mode: Performs<Self, Vec<Row>>,
    {
        Mode::perform_with(on.place(), self.access(), self, Self::read_all)
    }

    /// Returns the only row, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if there is no row, one that
    /// [`is_more_than_one`](Error::is_more_than_one) if there are several, and the same errors as
    /// [`all`](RawQuery::all).
    #[track_caller]
    pub fn one<'e>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Row>
    where
        Mode: Performs<Self, Row>,
    {
        Mode::perform_with(on.place(), self.access(), self, |query, on| {
            query.run(on, &mut Window::single())?.pop().ok_or_else(|| Error::not_found(M::TABLE))
        })
    }

    /// Returns the statements that the query would send, as a tree, without running them. The first is the text as it
    /// is written, except for its lists.
    ///
    /// # Errors
    ///
    /// Returns the error of the query, or an error if the catalog of the database cannot be read.
    #[track_caller]
    pub fn plan<'e>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan>
    where
        Mode: Performs<Self, Plan>,
    {
        Mode::perform_with(on.place(), Access::Read, self, Self::planned)
    }

    fn planned(&self, on: On<'_>) -> Result<Plan> {
        let RawStatement { text, params, .. } = self.sql.statement_to_read(on.dialect())?;
        self.draft.check()?;
        let needs = needs(&self.draft.below, false, on.dialect());
        let context = on.run(Access::Read, |session| session.context(needs))?;
        let sql = Sql { params, ..Sql::fixed(&text) };
        let steps = steps(&self.draft.below, false, false, &context);
        Ok(Plan { root: Step { steps, ..Step::new(M::TABLE.model, "", sql) } })
    }

    pub(super) fn access(&self) -> Access {
        self.sql.access()
    }

    pub(super) fn read_all(&self, on: On<'_>) -> Result<Vec<Row>> {
        self.run(on, &mut Window::whole())
    }

    fn run(&self, on: On<'_>, window: &mut Window) -> Result<Vec<Row>> {
        let statement = self.sql.statement_to_read(on.dialect())?;
        self.draft.check()?;
        let loads = Loads { below: &self.draft.below, loader: &*self.loader };
        load(on, &Statement::Raw(statement), false, loads, window)
    }
}

impl<M, Row, B, Mode> Clone for RawQuery<M, Row, B, Mode> {
    fn clone(&self) -> Self {
        let (sql, draft) = (self.sql.clone(), self.draft.clone());
        RawQuery { sql, draft, loader: Arc::clone(&self.loader), model: PhantomData }
    }
}

impl<M: Mapped, Row, B, Mode> fmt::Debug for RawQuery<M, Row, B, Mode> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {}: {:?}", M::TABLE.model, self.sql)
    }
}
