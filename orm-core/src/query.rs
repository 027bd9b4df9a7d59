//! Queries of rows of a model.

mod by_keys;
mod by_name;
mod chunks;
mod guessed;
mod include;
mod keyset;
mod load;
mod lock;
mod memory;
mod page;
mod scans;
mod statement;
mod total;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::access::Access;
use crate::ast::Select;
use crate::column::{Filter, KeyOf, Ordering, PrimaryKey};
use crate::db::{On, Performs, Run, look, look_with, read_with};
use crate::error::{Error, Result};
use crate::loaded::{Attach, MaybeLoaded, Record};
use crate::mapped::{Mapped, encode_key_error};
use crate::observe::OneRow;
use crate::prefetch::fetch::{joins, needs};
use crate::prefetch::{Draft, Loader, Place, Plain, Plan, Prefetch, RelationOf, Step, WithChosen, WithRelation, steps};
use crate::row::{Row, RowSink};
use crate::sql::{self, Dialect, Sql};
use crate::types::{Key, Param};
use crate::value::Value;

pub use by_keys::Keyed;
pub use chunks::{Chunk, Chunks, Reading};
pub use include::include_from;
pub(crate) use keyset::Window;
pub(crate) use load::{Loads, load, load_branch};
pub use lock::Locked;
pub use memory::{prefetch, prefetch_one};
#[cfg(feature = "signed-cursors")]
pub use page::CursorKey;
pub use page::{Cursor, Page, Paged};
#[doc(hidden)]
pub use scans::assert_no_scans;
pub(crate) use statement::Statement;
pub use total::Total;

/// A query of rows of the model `M`. `Row` is the type of the rows that it returns, and `Base` the part of each that is
/// read before relations are added: the model, or a part of it for a view.
///
/// Each [`prefetch`](Query::prefetch) changes `Row`, so the type of the rows says which relations they hold. A query is
/// a value: it can be cloned and run several times.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let students = Student::query()
///     .filter(Student::age().ge(18))
///     .order_by(Student::last_name().asc())
///     .limit(10)
///     .prefetch(Student::courses())
///     .all(&db)?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "QuerySet")]
#[doc(alias = "QueryBuilder")]
#[must_use = "a query does nothing until it is run, as with `.all(&db)`"]
pub struct Query<M, Row = M, Base = M> {
    draft: Draft,
    loader: Arc<dyn Loader<Base, Row>>,
    model: PhantomData<fn() -> M>,
}

/// The maximum number of rows that a task keeps, because that takes less time than waking a thread.
const FEW_ROWS: u64 = 100;

impl<M: Mapped> Query<M> {
    pub(crate) fn new() -> Self {
        Query { draft: Draft::new(M::TABLE), loader: Arc::new(Plain), model: PhantomData }
    }
}

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    pub(crate) fn from_parts(draft: Draft, loader: Arc<dyn Loader<B, Row>>) -> Self {
        Query { draft, loader, model: PhantomData }
    }

    /// Returns only the rows that meet the condition, or all of them for `None`. With several filters, rows have to
    /// meet all of them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let (name, oldest) = (Some("Lovelace"), None);
    /// let students = Student::query()
    ///     .filter(name.map(|name| Student::last_name().eq(name)))
    ///     .filter(oldest.map(|oldest: i32| Student::age().le(oldest)))
    ///     .all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "find_by")]
    #[doc(alias = "exclude")]
    #[doc(alias = "where")]
    pub fn filter(mut self, condition: impl Filter<M>) -> Self {
        self.draft.filter(condition);
        self
    }

    /// Orders the rows by these terms, and then by primary key in the direction of the last term. A second call adds
    /// terms after the first ones; a second term of the same column is left out.
    ///
    /// Without an order, rows are ordered by primary key.
    #[doc(alias = "order")]
    #[doc(alias = "sort_by")]
    pub fn order_by(mut self, order: impl Ordering<M>) -> Self {
        self.draft.order_by(order);
        self
    }

    /// Returns at most `rows` rows.
    #[doc(alias = "take")]
    pub fn limit(mut self, rows: u64) -> Self {
        self.draft.select.limit = Some(rows);
        self
    }

    /// Skips the first `rows` rows.
    #[doc(alias = "skip")]
    pub fn offset(mut self, rows: u64) -> Self {
        self.draft.select.offset = Some(rows);
        self
    }

    /// Loads a relation of the rows (eager loading): one more statement, for any number of rows. The type of the rows
    /// then holds the relation, and has a function with the relation's name.
    #[doc(alias = "includes")]
    #[doc(alias = "joinedload")]
    #[doc(alias = "selectinload")]
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let students = Student::query().prefetch(Student::courses()).all(&db)?;
    /// for course in students[0].courses() {
    ///     println!("{}", course.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "include")]
    #[doc(alias = "preload")]
    #[doc(alias = "eager_load")]
    #[doc(alias = "prefetch_related")]
    #[doc(alias = "select_related")]
    #[doc(alias = "with")]
    pub fn prefetch<R>(mut self, relation: R) -> Query<M, Row::Out, B>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        let relation = relation.loads();
        self.draft.fetch::<R::Slot>(relation.fetch());
        let loader = Arc::new(WithRelation::<B, Row, R::Loads, R::Slot>::new(self.loader, relation));
        Query { draft: self.draft, loader, model: PhantomData }
    }

    /// Loads a relation of the rows if `wanted` is true, as [`prefetch`](Query::prefetch) does. The row's function with
    /// the relation's name returns an `Option`, which is `None` if the relation was not loaded; then no statement is
    /// sent, and the relation is absent in a serialised row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let is_teacher = true;
    /// let students = Student::query().prefetch_if(is_teacher, Student::courses()).all(&db)?;
    /// if let Some(courses) = students[0].courses() {
    ///     println!("{}", courses.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`include_from`] decides by a user-supplied string, such as a parameter of a request.
    pub fn prefetch_if<R>(mut self, wanted: bool, relation: R) -> Query<M, Row::Out, B>
    where
        R: RelationOf<M>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, MaybeLoaded<<R::Loads as Prefetch>::State>> + 'static,
    {
        let loads = relation.loads();
        let loader = WithChosen::<B, Row, R::Loads, R::Slot>::new(self.loader, &mut self.draft, wanted, loads);
        Query { draft: self.draft, loader: Arc::new(loader), model: PhantomData }
    }

    /// Returns the rows, with their prefetched relations.
    ///
    /// It sends one statement for the rows and one for each relation, in one read transaction unless a transaction is
    /// open already, so all of them see the same consistent snapshot. A level without rows sends no further statements.
    ///
    /// # Errors
    ///
    /// Returns an error if a statement fails, if a value does not fit its Rust type, or if a required to-one relation
    /// leads to no row.
    #[doc(alias = "load")]
    #[doc(alias = "fetch_all")]
    #[doc(alias = "get_results")]
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Row>> {
        // A task that polls its connection keeps rows until all have arrived, and reads rows with relations twice.
        if self.draft.below.is_empty() && self.draft.select.limit.is_some_and(|rows| rows <= FEW_ROWS) {
            look_with(on, self, Self::read_all)
        } else {
            read_with(on, self, Self::read_all)
        }
    }

    /// Returns the first row in the query's order, with its prefetched relations, or `None`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Query::all).
    #[doc(alias = "last")]
    #[doc(alias = "fetch_optional")]
    #[doc(alias = "get_result")]
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<Row>> {
        look_with(on, self, Self::read_first)
    }

    /// Returns the only row, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if there is no row, one that
    /// [`is_more_than_one`](Error::is_more_than_one) if there are several, and the same errors as [`all`](Query::all).
    #[doc(alias = "get")]
    #[doc(alias = "fetch_one")]
    #[doc(alias = "single")]
    #[track_caller]
    pub fn one<'e, Mode: Performs<Self, Row>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Row> {
        look_with(on, self, |query, on| query.the_one(on, OneRow::of(&query.draft.select)))
    }

    /// Returns the row with a primary key, if the query returns it, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if there is no such row, and the same errors as
    /// [`all`](Query::all).
    #[doc(alias = "get")]
    #[doc(alias = "find_by_id")]
    #[track_caller]
    pub fn find<'e, Mode: Performs<Self, Row>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        key: impl KeyOf<M, M::Key>,
    ) -> Mode::Outcome<'e, Row> {
        let found = self.clone().filter(PrimaryKey::new().eq(key));
        look(on, found, |query, on| query.the_one(on, OneRow::found(on.caller(), M::TABLE)))
    }

    /// Counts the rows. Relations are not loaded.
    ///
    /// SQL: `SELECT count(*) FROM …`
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[doc(alias = "aggregate")]
    #[track_caller]
    pub fn count<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64> {
        look_with(on, self, Self::read_count)
    }

    /// Returns whether there is a row. Relations are not loaded.
    ///
    /// SQL: `SELECT EXISTS (SELECT 1 FROM …)`
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[doc(alias = "any")]
    #[track_caller]
    pub fn exists<'e, Mode: Performs<Self, bool>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, bool> {
        look_with(on, self, |query, on| Ok(query.number(on, sql::exists, "presence()")? != 0))
    }

    /// Returns the statement for the rows, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        self.statement(&self.draft.select, on.db().dialect())
    }

    /// Returns all statements that the query would send, as a tree, without running them.
    ///
    /// The statements of relations may depend on the database's catalog, which is read once.
    ///
    /// # Errors
    ///
    /// Returns the error of the query, or an error if the catalog of the database cannot be read.
    #[doc(alias = "explain")]
    #[track_caller]
    pub fn plan<'e, Mode: Performs<Self, Plan>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan> {
        read_with(on, self, Self::planned)
    }

    fn planned(&self, on: On<'_>) -> Result<Plan> {
        let select = &self.draft.select;
        self.planned_with(on, self.statement(select, on.dialect()), select.is_whole_table())
    }

    /// The plan with another statement for the rows. `whole` says that these are all rows of their table.
    fn planned_with(&self, on: On<'_>, sql: Sql, whole: bool) -> Result<Plan> {
        self.check()?;
        let needs = needs(&self.draft.below, whole, on.dialect());
        let context = on.run(Access::Read, |session| session.context(needs))?;
        let steps = steps(&self.draft.below, whole, true, &context);
        Ok(Plan { root: Step { steps, ..Step::new(M::TABLE.model, "", sql) } })
    }

    fn read_all(&self, on: On<'_>) -> Result<Vec<Row>> {
        self.run(on, &self.draft.select, &mut Window::whole())
    }

    fn read_first(&self, on: On<'_>) -> Result<Option<Row>> {
        Ok(self.run(on, &self.draft.select.limited_to(1), &mut Window::whole())?.pop())
    }

    fn read_count(&self, on: On<'_>) -> Result<u64> {
        let count = self.number(on, sql::count, "count()")?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub(crate) fn the_one(&self, on: On<'_>, row: OneRow) -> Result<Row> {
        let select = self.draft.select.limited_to(2);
        self.run_as(row, on, &select, &mut Window::single())?.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    /// Runs the query with another select, of whose rows the window takes some.
    fn run(&self, on: On<'_>, select: &Select, window: &mut Window) -> Result<Vec<Row>> {
        self.run_as(OneRow::of(select), on, select, window)
    }

    fn run_as(&self, row: OneRow, on: On<'_>, select: &Select, window: &mut Window) -> Result<Vec<Row>> {
        self.check()?;
        let statement = Statement::Rendered(self.kept_statement(select, on), row);
        let loads = Loads { below: &self.draft.below, loader: &*self.loader };
        load(on, &statement, select.is_whole_table(), loads, window)
    }

    /// The same as [`Query::statement`], with its text from the cache if the text is the same each time.
    fn kept_statement(&self, select: &Select, on: On<'_>) -> Sql {
        if joins(&self.draft.below).is_empty() {
            return on.db().texts().select(select, on.dialect());
        }
        self.statement(select, on.dialect())
    }

    /// The statement for the rows and for joined relations.
    fn statement(&self, select: &Select, dialect: &dyn Dialect) -> Sql {
        let joins = joins(&self.draft.below);
        if joins.is_empty() {
            return sql::select(select, dialect);
        }
        sql::select(&Select { joins, ..select.clone() }, dialect)
    }

    /// Reads a number, which can be prefetched as it is `written` after a relation.
    fn number(&self, on: On<'_>, statement: fn(&Select, &dyn Dialect) -> Sql, written: &'static str) -> Result<i64> {
        self.check()?;
        let mut number = Number(0);
        let row = OneRow::computed(&self.draft.select, written);
        Statement::Rendered(statement(&self.draft.select, on.dialect()), row).fetch(on, &mut number)?;
        Ok(number.0)
    }

    /// The query as data.
    pub(crate) fn into_draft(self) -> Draft {
        self.draft
    }

    fn check(&self) -> Result<()> {
        self.draft.check()
    }
}

impl<M, Row, B> Clone for Query<M, Row, B> {
    fn clone(&self) -> Self {
        Query { draft: self.draft.clone(), loader: Arc::clone(&self.loader), model: PhantomData }
    }
}

impl<M: Mapped, Row, B> fmt::Debug for Query<M, Row, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {}", M::TABLE.model)
    }
}

/// The row of `M` with a primary key.
pub(crate) fn find<M: Mapped>(key: &M::Key, on: On<'_>) -> Result<M> {
    let row = OneRow::found(on.caller(), M::TABLE);
    if M::TABLE.has_forms() {
        let key = key.to_values().map_err(|mismatch| encode_key_error::<M>(mismatch))?;
        return find_stored(on, key, row);
    }
    let key = key.to_params().map_err(|mismatch| encode_key_error::<M>(mismatch))?;
    find_by_params(on, key.as_ref(), row)
}

/// The row of `M` whose primary key has these values.
pub(crate) fn find_by_values<M: Mapped>(on: On<'_>, key: Vec<Value<'_>>) -> Result<M> {
    find_stored(on, key, OneRow::default())
}

/// Does the same for values as they are in Rust.
fn find_stored<M: Mapped>(on: On<'_>, key: Vec<Value<'_>>, row: OneRow) -> Result<M> {
    let stored = |(&column, value): (&usize, Value<'_>)| {
        Ok(Param::Compared(sql::stored(M::TABLE, column, value.into_owned(), on.dialect())?))
    };
    let params: Vec<Param<'_>> = M::PRIMARY_KEY.iter().zip(key).map(stored).collect::<Result<_>>()?;
    find_by_params(on, &params, row)
}

fn find_by_params<M: Mapped>(on: On<'_>, key: &[Param<'_>], row: OneRow) -> Result<M> {
    let mut found = Single::<M>(None);
    on.run(Access::Read, |session| {
        session.reads(row);
        session.find(M::TABLE, key, &mut found)
    })?;
    found.0.ok_or_else(|| Error::not_found(M::TABLE))
}

/// Reads the columns of one model from the only row.
pub(crate) struct Single<M>(pub(crate) Option<M>);

impl<M: Mapped> RowSink for Single<M> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.0.is_some() {
            return Err(Error::more_than_one(M::TABLE));
        }
        self.0 = Some(M::decode(row, 0)?);
        Ok(())
    }
}

/// Reads the number from the only row.
pub(crate) struct Number(pub(crate) i64);

impl RowSink for Number {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0 = row.number(0)?;
        Ok(())
    }
}
