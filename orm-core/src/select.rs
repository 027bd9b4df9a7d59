//! Queries for chosen columns and computed values, of each row or of each group of rows, read as tuples.

mod keys;
mod union;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::{Expr, Group, Loose, Order, Select};
use crate::column::{Among, Candidates, Column, Condition, EachGroup, EachRow, Filter, Ordering};
use crate::db::{On, Performs, Run, read_with};
use crate::error::{Error, Result};
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::prefetch::{Draft, Plan, Step};
use crate::query::{Query, Statement};
use crate::relation::Aggregate;
use crate::row::{Row, RowSink};
use crate::schema::Table;
use crate::sql::{self, Dialect, Held, Sql};
use crate::types::{ColumnType, Required};
use crate::value::Mismatch;

pub use keys::GroupKeys;
pub use union::Union;

impl<M: Mapped> Query<M> {
    /// Selects columns and computed values instead of whole rows: one, or a tuple of up to twelve.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let names: Vec<(i64, String)> = Student::query().select((Student::id(), Student::last_name())).all(&db)?;
    /// let titles: Vec<String> = Course::query().select(Course::title()).distinct().all(&db)?;
    /// let (number, last) = Student::query().select((orm::count(), Student::id().max())).one(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Values that are computed from all rows, such as [`count`](crate::expression::count), make one row of them all.
    ///
    /// SQL: `SELECT t0."id", t0."last_name" FROM "students" AS t0 ORDER BY t0."id"`
    #[doc(alias = "values")]
    #[doc(alias = "values_list")]
    #[doc(alias = "pluck")]
    #[doc(alias = "only")]
    pub fn select<S: Selection<M>>(self, selection: S) -> Selected<M, S::Row> {
        Selected::new(self.into_draft(), selection, None)
    }

    /// Puts rows together in groups, in which the values of some columns are equal, or values computed from each row: one, or a
    /// tuple of up to six. What is selected of each group are these, and values computed from all of its rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let sizes: Vec<(Option<i64>, u64)> = Student::query()
    ///     .group_by(Student::department_id())
    ///     .having(orm::count().gt(3))
    ///     .select((Student::department_id(), orm::count()))
    ///     .all(&db)?;
    ///
    /// let department = Student::department().value(Department::name());
    /// let by_name: Vec<(Option<String>, u64)> =
    ///     Student::query().group_by(department.clone()).select((department, orm::count())).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT t0."department_id", count(*) FROM … GROUP BY t0."department_id" HAVING count(*) > ?1`
    ///
    /// A value computed from a row can be selected and ordered by if rows are grouped by the same value, or by all columns that it
    /// is computed from: `Student::age().add(1)` in groups by `Student::age().add(1)` or by `Student::age()`.
    #[doc(alias = "annotate")]
    pub fn group_by(self, keys: impl GroupKeys<M>) -> Grouped<M> {
        let mut draft = self.into_draft();
        let mut by = Vec::new();
        if let Err(error) = keys.append_keys(&mut by) {
            draft.remember(error);
        }
        Grouped { draft, group: Group { by, having: Vec::new() }, model: PhantomData }
    }
}

/// A query for groups of rows, of which nothing is selected yet; what [`Query::group_by`] returns.
#[must_use = "groups do nothing until something is selected of them"]
pub struct Grouped<M> {
    draft: Draft,
    group: Group,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped> Grouped<M> {
    /// Only the groups that meet the condition. Several must all be met. A condition on single rows, and on what they are
    /// grouped by, is a [`filter`](Query::filter) of the query.
    ///
    /// SQL: `HAVING count(*) > ?`
    pub fn having(mut self, condition: Condition<M, EachGroup>) -> Self {
        self.group.having.extend(self.draft.condition(condition));
        self
    }

    /// Selects what the rows are grouped by, and values computed from all rows of a group.
    pub fn select<S: Selection<M>>(self, selection: S) -> Selected<M, S::Row, EachGroup> {
        Selected::new(self.draft, selection, Some(self.group))
    }
}

impl<M: Mapped> fmt::Debug for Grouped<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Groups of {}", M::TABLE.model)
    }
}

/// A query for rows of type `Row`, of chosen columns and computed values; what [`Query::select`] returns.
///
/// `Of` is [`EachGroup`] when the rows are those of groups.
#[must_use = "a query does nothing until it is run, as with `.all(&db)`"]
pub struct Selected<M, Row, Of = EachRow> {
    draft: Draft,
    decode: Decode<Row>,
    types: PhantomData<fn() -> (M, Of)>,
}

/// Reads a row of what is selected.
type Decode<T> = fn(&mut Values<'_>) -> Result<T>;

impl<M: Mapped, T, Of> Selected<M, T, Of> {
    fn new<S: Selection<M, Row = T>>(mut draft: Draft, selection: S, group: Option<Group>) -> Self {
        let mut outputs = Vec::new();
        if let Err(error) = selection.append_to(&mut outputs) {
            draft.remember(error);
        }
        let of_all = || Group { by: Vec::new(), having: Vec::new() };
        draft.select.group = group.or_else(|| outputs.iter().any(Expr::is_of_group).then(of_all));
        draft.select.outputs = Some(outputs.into());
        Selected { draft, decode: S::decode, types: PhantomData }
    }

    /// Selects only from rows that meet the condition, or from all of them for `None`. Several filters must all be met.
    pub fn filter(mut self, condition: impl Filter<M>) -> Self {
        self.draft.filter(condition);
        self
    }

    /// In this order; then by what tells the rows apart: the primary key, what they are grouped by, or all that
    /// is selected when they are [`distinct`](Selected::distinct).
    pub fn order_by(mut self, order: impl Ordering<M, Of>) -> Self {
        self.draft.order_by(order);
        self
    }

    /// Rows that are equal in all that is selected come once.
    ///
    /// SQL: `SELECT DISTINCT …`
    pub fn distinct(mut self) -> Self {
        self.draft.select.distinct = true;
        self
    }

    /// Returns at most `rows` rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.draft.select.limit = Some(rows);
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.draft.select.offset = Some(rows);
        self
    }

    /// The rows.
    ///
    /// # Errors
    ///
    /// Those of the database, of values that do not fit their Rust types, and [`is_invalid`](Error::is_invalid) when a column
    /// is selected or ordered by that has several values in a group.
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<T>>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Vec<T>> {
        read_with(on, self, |selected, on| selected.run(on, &selected.draft.select))
    }

    /// The first row.
    ///
    /// # Errors
    ///
    /// As [`all`](Selected::all).
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<T>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<T>> {
        read_with(on, self, |selected, on| Ok(selected.run(on, &selected.draft.select.limited_to(1))?.pop()))
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is none, [`is_more_than_one`](Error::is_more_than_one) when there
    /// are several, and as [`all`](Selected::all).
    #[track_caller]
    pub fn one<'e, Mode: Performs<Self, T>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, T> {
        read_with(on, self, Self::read_one)
    }

    fn read_one(&self, on: On<'_>) -> Result<T> {
        let mut rows = self.run(on, &self.draft.select.limited_to(2))?;
        let row = rows.pop().ok_or_else(|| Error::not_found(M::TABLE))?;
        if rows.is_empty() { Ok(row) } else { Err(Error::more_than_one(M::TABLE)) }
    }

    /// The number of rows.
    ///
    /// SQL: `SELECT count(*) FROM (SELECT DISTINCT …) AS limited`
    ///
    /// # Errors
    ///
    /// As [`all`](Selected::all).
    #[track_caller]
    pub fn count<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64> {
        read_with(on, self, Self::read_count)
    }

    fn read_count(&self, on: On<'_>) -> Result<u64> {
        self.check()?;
        let mut counted = Values::sink(&self.draft.select, <Expression<M, u64> as Selection<M>>::decode);
        let row = OneRow::computed(&self.draft.select, "count()");
        Statement::Rendered(sql::count(&self.draft.select, on.dialect()), row).fetch(on, &mut counted)?;
        counted.rows.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    /// The statement, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        self.statement(on.db().dialect())
    }

    fn statement(&self, dialect: &dyn Dialect) -> Sql {
        sql::select(&self.draft.select, dialect)
    }

    /// The plan of the query, which is one statement, without running it.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with the query.
    #[doc(alias = "explain")]
    #[track_caller]
    pub fn plan<'e, Mode: Performs<Self, Plan>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan> {
        read_with(on, self, Self::planned)
    }

    fn planned(&self, on: On<'_>) -> Result<Plan> {
        self.check()?;
        Ok(Plan { root: Step::new(M::TABLE.model, "", self.statement(on.dialect())) })
    }

    fn run(&self, on: On<'_>, select: &Select) -> Result<Vec<T>> {
        self.check()?;
        let mut taking = Values::sink(select, self.decode);
        Statement::Rendered(sql::select(select, on.dialect()), OneRow::of(select)).fetch(on, &mut taking)?;
        Ok(taking.rows)
    }

    fn check(&self) -> Result<()> {
        self.draft.check()?;
        let select = &self.draft.select;
        select.group.as_ref().map_or(Ok(()), |group| check_group(select, group))?;
        if select.distinct { check_distinct(select) } else { Ok(()) }
    }
}

impl<M: Mapped, T> Selected<M, T, EachGroup> {
    /// Only the groups that meet the condition. Several must all be met.
    ///
    /// SQL: `HAVING count(*) > ?`
    pub fn having(mut self, condition: Condition<M, EachGroup>) -> Self {
        let condition = self.draft.condition(condition);
        if let Some(group) = &mut self.draft.select.group {
            group.having.extend(condition);
        }
        self
    }
}

/// What a selection of one value returns can be what a value is one of; where only one of the two is optional too.
macro_rules! among {
    ($($selected:ty => $compared:ty, ($($bound:tt)*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, N: Mapped, T: $($bound)*, Of> Among<M, $compared> for Selected<N, $selected, Of> {
            fn into_candidates(self, _: &dyn Fn(Mismatch) -> Error) -> Result<Candidates> {
                self.check()?;
                Ok(Candidates::Returned(Arc::new(self.draft.select), self.draft.depth))
            }
        }
    )*};
}

among! {
    T => T, (ColumnType);
    T => Option<T>, (ColumnType);
    Option<T> => T, (ColumnType<Presence = Required>);
}

/// What is selected and ordered by has one value in each group.
fn check_group(select: &Select, group: &Group) -> Result<()> {
    let outputs = select.outputs.iter().flat_map(|outputs| outputs.iter());
    let mut exprs = outputs.chain(&group.having).chain(select.order.iter().map(|order| &order.by));
    match exprs.find_map(|expr| group.loose(expr)) {
        None => Ok(()),
        Some(Loose::Column(column)) => Err(Error::invalid(format!(
            "{} has several values in a group: group by it too, or select its `min()` or another value computed from all of them",
            path(select.table, column)
        ))),
        Some(Loose::ValueOf(relation)) => Err(Error::invalid(format!(
            "a value of `{}` stands for one row, and a group has several: select its `min()` or another value computed from all of them",
            relation.path()
        ))),
    }
}

/// Rows that come once for many stand nowhere in an order of what the many differ in.
fn check_distinct(select: &Select) -> Result<()> {
    let outputs = || select.outputs.iter().flat_map(|outputs| outputs.iter());
    let selected = |order: &Order| outputs().any(|output| *output == order.by);
    match select.order.iter().find(|order| !selected(order)) {
        None => Ok(()),
        Some(Order { by: Expr::Column(column), .. }) => Err(Error::invalid(format!(
            "distinct rows are ordered by columns that are selected, and {} is not one of them",
            path(select.table, *column)
        ))),
        Some(_) => Err(Error::invalid(
            "distinct rows are ordered by what is selected; select the value too that they are ordered by",
        )),
    }
}

fn path(table: &Table, column: usize) -> String {
    format!("`{}.{}`", table.model, table.columns[column].field)
}

impl<M: Mapped, T, Of> Clone for Selected<M, T, Of> {
    fn clone(&self) -> Self {
        Selected { draft: self.draft.clone(), decode: self.decode, types: PhantomData }
    }
}

impl<M: Mapped, T, Of> fmt::Debug for Selected<M, T, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {} for {}", M::TABLE.model, std::any::type_name::<T>())
    }
}

/// What can be selected of the model `M`: a column, an expression or a condition, or a tuple of up to twelve of them. The
/// elements of a tuple can be tuples too.
///
/// A trait, since the type of a row follows from the types of what is selected.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected of `{M}`",
    label = "not of `{M}`",
    note = "select columns and expressions of `{M}`: `Student::name()`, `Student::id().max()`, `orm::count()`, or a tuple of up to twelve of these"
)]
pub trait Selection<M> {
    /// What a row is read as.
    type Row;

    /// Adds what is selected.
    ///
    /// # Errors
    ///
    /// When an expression holds a value that cannot be stored.
    #[doc(hidden)]
    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()>;

    /// Reads the next values of the row.
    ///
    /// # Errors
    ///
    /// When a value does not fit its Rust type.
    #[doc(hidden)]
    fn decode(values: &mut Values<'_>) -> Result<Self::Row>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Selection<M> for Column<M, T> {
    type Row = T;

    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
        outputs.push(self.expr());
        Ok(())
    }

    fn decode(values: &mut Values<'_>) -> Result<T> {
        values.next()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType, Of> Selection<M> for Expression<M, T, Of> {
    type Row = T;

    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
        outputs.push(self.into_parts().1?);
        Ok(())
    }

    fn decode(values: &mut Values<'_>) -> Result<T> {
        values.next()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Selection<M> for Aggregate<M, T> {
    type Row = T;

    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
        Expression::from(self).append_to(outputs)
    }

    fn decode(values: &mut Values<'_>) -> Result<T> {
        values.next()
    }
}

/// Whether the condition holds; false where it is not known because of a `NULL`.
#[diagnostic::do_not_recommend]
impl<M: Mapped, Of> Selection<M> for Condition<M, Of> {
    type Row = bool;

    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
        outputs.push(Expr::IsTrue(Box::new(self.into_expr()?)));
        Ok(())
    }

    fn decode(values: &mut Values<'_>) -> Result<bool> {
        values.next()
    }
}

macro_rules! tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M: Mapped, $($name: Selection<M>),*> Selection<M> for ($($name,)*) {
            type Row = ($($name::Row,)*);

            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
                let ($($name,)*) = self;
                $($name.append_to(outputs)?;)*
                Ok(())
            }

            fn decode(values: &mut Values<'_>) -> Result<Self::Row> {
                Ok(($($name::decode(values)?,)*))
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
tuple!(A B C D E F G H I);
tuple!(A B C D E F G H I J);
tuple!(A B C D E F G H I J K);
tuple!(A B C D E F G H I J K L);

/// A row of what is selected.
pub struct Values<'r> {
    row: Row<'r>,
    select: &'r Select,
    /// What the values hold, where they are not those of the select alone.
    held: Option<&'r [Option<Held>]>,
    /// How many values were read.
    read: usize,
}

impl<'r> Values<'r> {
    fn sink<T>(select: &'r Select, decode: Decode<T>) -> Taking<'r, T> {
        Taking { select, held: None, decode, rows: Vec::new() }
    }

    fn next<T: ColumnType>(&mut self) -> Result<T> {
        let at = self.read;
        self.read += 1;
        let output = self.select.outputs.as_ref().and_then(|outputs| outputs.get(at)).filter(|_| self.held.is_none());
        let held = match self.held {
            Some(held) => held.get(at).copied().flatten(),
            None => output.and_then(|output| Held::of(output, self.select.table)),
        };
        let read = |value| held.map_or(Ok(value), |held| held.form.read(value, held.sql_type));
        self.row.value(at).and_then(read).and_then(T::decode).map_err(|mismatch| match output {
            Some(Expr::Column(column)) => {
                Error::decode(self.select.table, &self.select.table.columns[*column], mismatch)
            }
            _ => Error::decode_result(format!("number {}", at + 1), std::any::type_name::<T>(), mismatch),
        })
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values of {}", self.select.table.model)
    }
}

/// Takes the rows of what is selected.
struct Taking<'s, T> {
    select: &'s Select,
    held: Option<Vec<Option<Held>>>,
    decode: Decode<T>,
    rows: Vec<T>,
}

impl<T> RowSink for Taking<'_, T> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let mut values = Values { row, select: self.select, held: self.held.as_deref(), read: 0 };
        self.rows.push((self.decode)(&mut values)?);
        Ok(())
    }
}
