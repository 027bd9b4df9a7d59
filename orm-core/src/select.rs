//! Queries for chosen columns and computed values, of each row or of each group of rows, read as tuples.

use std::fmt;
use std::marker::PhantomData;

use crate::ast::{Expr, Group, Order, Select};
use crate::column::{Column, ColumnSet, Condition, EachGroup, EachRow, Ordering};
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::prefetch::Draft;
use crate::query::{Query, Statement};
use crate::row::{Row, RowSink};
use crate::schema::Table;
use crate::sql::{self, Held, Sql};
use crate::types::ColumnType;

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
    pub fn select<S: Selection<M>>(self, selection: S) -> Selected<M, S::Row> {
        Selected::new(self.into_draft(), selection, None)
    }

    /// Puts rows together in groups, in which the values of some columns are equal: one column, or a tuple of up to six.
    /// What is selected of each group are these columns and values computed from all of its rows.
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
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT t0."department_id", count(*) FROM … GROUP BY t0."department_id" HAVING count(*) > ?1`
    pub fn group_by(self, columns: impl ColumnSet<M>) -> Grouped<M> {
        let group = Group { by: columns.positions(), having: Vec::new() };
        Grouped { draft: self.into_draft(), group, model: PhantomData }
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
    /// Only the groups that meet the condition. Several must all be met. A condition on single rows, and on the columns that
    /// they are grouped by, is a [`filter`](Query::filter) of the query.
    ///
    /// SQL: `HAVING count(*) > ?`
    pub fn having(mut self, condition: Condition<M, EachGroup>) -> Self {
        self.group.having.extend(self.draft.condition(condition));
        self
    }

    /// Selects columns that the rows are grouped by, and values computed from all rows of a group.
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
type Decode<T> = fn(&Values<'_>) -> Result<T>;

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

    /// Only what is computed from rows that meet the condition. Several filters must all be met.
    pub fn filter(mut self, condition: Condition<M>) -> Self {
        self.draft.filter(condition);
        self
    }

    /// In this order; then by what tells the rows apart: the primary key, the columns that they are grouped by, or all that
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

    /// At most so many rows.
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
    pub fn all(&self, on: &impl Executor) -> Result<Vec<T>> {
        self.run(on, &self.draft.select)
    }

    /// The first row.
    ///
    /// # Errors
    ///
    /// As [`all`](Selected::all).
    pub fn first(&self, on: &impl Executor) -> Result<Option<T>> {
        Ok(self.run(on, &self.draft.select.limited_to(1))?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is none, [`is_more_than_one`](Error::is_more_than_one) when there
    /// are several, and as [`all`](Selected::all).
    pub fn one(&self, on: &impl Executor) -> Result<T> {
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
    pub fn count(&self, on: &impl Executor) -> Result<u64> {
        self.check()?;
        let mut counted = Values::sink(&self.draft.select, <Expression<M, u64> as Selection<M>>::decode);
        Statement::Rendered(sql::count(&self.draft.select, on.dialect())).fetch(on, &mut counted)?;
        counted.rows.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    /// The statement, without running it.
    pub fn sql(&self, on: &impl Executor) -> Sql {
        sql::select(&self.draft.select, on.dialect())
    }

    fn run(&self, on: &impl Executor, select: &Select) -> Result<Vec<T>> {
        self.check()?;
        let mut taking = Values::sink(select, self.decode);
        Statement::Rendered(sql::select(select, on.dialect())).fetch(on, &mut taking)?;
        Ok(taking.rows)
    }

    fn check(&self) -> Result<()> {
        self.draft.check()?;
        match &self.draft.select.group {
            Some(group) => check_group(&self.draft.select, group),
            None if self.draft.select.distinct => check_distinct(&self.draft.select),
            None => Ok(()),
        }
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

/// What is selected and ordered by has one value in each group.
fn check_group(select: &Select, group: &Group) -> Result<()> {
    let outputs = select.outputs.iter().flat_map(|outputs| outputs.iter());
    let mut exprs = outputs.chain(&group.having).chain(select.order.iter().map(|order| &order.by));
    let Some(column) = exprs.find_map(|expr| expr.loose_column(&group.by)) else { return Ok(()) };
    Err(Error::invalid(format!(
        "{} has several values in a group: group by it too, or select its `min()` or another value computed from all of them",
        path(select.table, column)
    )))
}

/// Rows that come once for many stand nowhere in an order of what the many differ in.
fn check_distinct(select: &Select) -> Result<()> {
    let selected = |order: &Order| match order.by {
        Expr::Column(column) => {
            select.outputs.iter().flat_map(|outputs| outputs.iter()).any(|output| is(output, column))
        }
        _ => false,
    };
    match select.order.iter().find(|order| !selected(order)) {
        None => Ok(()),
        Some(Order { by: Expr::Column(column), .. }) => Err(Error::invalid(format!(
            "distinct rows are ordered by columns that are selected, and {} is not one of them",
            path(select.table, *column)
        ))),
        Some(_) => Err(Error::invalid("distinct rows are ordered by columns that are selected, not by expressions")),
    }
}

fn is(output: &Expr, column: usize) -> bool {
    matches!(output, Expr::Column(other) if *other == column)
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

/// What can be selected of the model `M`: a column, an expression or a condition, or a tuple of up to twelve of them.
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

    /// Reads the row.
    ///
    /// # Errors
    ///
    /// When a value does not fit its Rust type.
    #[doc(hidden)]
    fn decode(values: &Values<'_>) -> Result<Self::Row>;
}

/// What can be selected as one value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected of `{M}`",
    label = "not of `{M}`",
    note = "select columns and expressions of `{M}`: `Student::name()`, `Student::id().max()`, `orm::count()`"
)]
pub trait Selectable<M> {
    /// The type of the value.
    type Value: ColumnType;

    /// The value as part of a statement.
    ///
    /// # Errors
    ///
    /// When it holds a value that cannot be stored.
    #[doc(hidden)]
    fn into_output(self) -> Result<Expr>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Selectable<M> for Column<M, T> {
    type Value = T;

    fn into_output(self) -> Result<Expr> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType, Of> Selectable<M> for Expression<M, T, Of> {
    type Value = T;

    fn into_output(self) -> Result<Expr> {
        self.into_parts().1
    }
}

/// Whether the condition holds; false where it is not known because of a `NULL`.
#[diagnostic::do_not_recommend]
impl<M: Mapped, Of> Selectable<M> for Condition<M, Of> {
    type Value = bool;

    fn into_output(self) -> Result<Expr> {
        Ok(Expr::IsTrue(Box::new(self.into_expr()?)))
    }
}

macro_rules! single {
    ($($type:ty, ($($parameters:tt)*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Mapped, $($parameters)*> Selection<M> for $type {
            type Row = <Self as Selectable<M>>::Value;

            fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
                outputs.push(self.into_output()?);
                Ok(())
            }

            fn decode(values: &Values<'_>) -> Result<Self::Row> {
                values.decode(0)
            }
        }
    )*};
}

single! {
    Column<M, T>, (T: ColumnType);
    Expression<M, T, Of>, (T: ColumnType, Of);
    Condition<M, Of>, (Of);
}

macro_rules! tuple {
    ($($name:ident $at:literal),*) => {
        #[diagnostic::do_not_recommend]
        impl<M: Mapped, $($name: Selectable<M>),*> Selection<M> for ($($name,)*) {
            type Row = ($($name::Value,)*);

            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()> {
                let ($($name,)*) = self;
                $(outputs.push($name.into_output()?);)*
                Ok(())
            }

            fn decode(values: &Values<'_>) -> Result<Self::Row> {
                Ok(($(values.decode::<$name::Value>($at)?,)*))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

/// A row of what is selected.
pub struct Values<'r> {
    row: Row<'r>,
    select: &'r Select,
}

impl<'r> Values<'r> {
    fn sink<T>(select: &'r Select, decode: Decode<T>) -> Taking<'r, T> {
        Taking { select, decode, rows: Vec::new() }
    }

    fn decode<T: ColumnType>(&self, at: usize) -> Result<T> {
        let output = self.select.outputs.as_ref().and_then(|outputs| outputs.get(at));
        let held = output.and_then(|output| Held::of(output, self.select.table));
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
    decode: Decode<T>,
    rows: Vec<T>,
}

impl<T> RowSink for Taking<'_, T> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.rows.push((self.decode)(&Values { row, select: self.select })?);
        Ok(())
    }
}
