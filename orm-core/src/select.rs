//! Projections: queries of columns and expressions, of each row or of each group of rows, read as tuples.

mod keys;
mod union;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::{Expr, Group, Loose, Order, Select};
use crate::column::{Among, Candidates, Column, Condition, EachGroup, EachRow, Filter, Ordering};
use crate::db::{On, Performs, Run, look_with, read_with};
use crate::error::{Error, Result, ResultValue};
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
    /// Selects columns and expressions instead of whole rows: one, or a tuple of up to twelve.
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
    /// Aggregates of all rows, such as [`count`](crate::expression::count), return a single row.
    ///
    /// SQL: `SELECT t0."id", t0."last_name" FROM "students" AS t0 ORDER BY t0."id"`
    #[doc(alias = "values")]
    #[doc(alias = "values_list")]
    #[doc(alias = "pluck")]
    #[doc(alias = "only")]
    pub fn select<S: Selection<M>>(self, selection: S) -> Selected<M, S::Row> {
        Selected::new(self.into_draft(), selection, None)
    }

    /// Groups rows by columns or by expressions of each row: one, or a tuple of up to six. You can select what the rows
    /// are grouped by, and aggregates of each group.
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
    /// An expression of each row can be selected and ordered by if rows are grouped by the same expression, or by all
    /// columns that it uses: `Student::age().add(1)` in groups by `Student::age().add(1)` or by `Student::age()`.
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

/// A query of groups of rows without a selection: the result of [`Query::group_by`].
#[must_use = "groups do nothing until something is selected of them"]
pub struct Grouped<M> {
    draft: Draft,
    group: Group,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped> Grouped<M> {
    /// Keeps only the groups that meet the condition. With several conditions, groups have to meet all of them. A
    /// condition on single rows, or on what they are grouped by, is a [`filter`](Query::filter) of the query.
    ///
    /// SQL: `HAVING count(*) > ?`
    pub fn having(mut self, condition: Condition<M, EachGroup>) -> Self {
        self.group.having.extend(self.draft.condition(condition));
        self
    }

    /// Selects what the rows are grouped by, and aggregates of each group.
    pub fn select<S: Selection<M>>(self, selection: S) -> Selected<M, S::Row, EachGroup> {
        Selected::new(self.draft, selection, Some(self.group))
    }
}

impl<M: Mapped> fmt::Debug for Grouped<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Groups of {}", M::TABLE.model)
    }
}

/// A query of columns and expressions, which returns rows of type `Row`: the result of [`Query::select`].
///
/// `Of` is [`EachGroup`] if the rows are groups.
#[must_use = "a query does nothing until it is run, as with `.all(&db)`"]
pub struct Selected<M, Row, Of = EachRow> {
    draft: Draft,
    decode: Decode<Row>,
    types: PhantomData<fn() -> (M, Of)>,
}

/// Reads the selected values of a row.
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

    /// Selects only from rows that meet the condition, or from all of them for `None`. With several filters, rows have
    /// to meet all of them.
    pub fn filter(mut self, condition: impl Filter<M>) -> Self {
        self.draft.filter(condition);
        self
    }

    /// Orders the rows by these terms, and then by what identifies them: the primary key, what they are grouped by, or
    /// all selected values if they are [`distinct`](Selected::distinct).
    pub fn order_by(mut self, order: impl Ordering<M, Of>) -> Self {
        self.draft.order_by(order);
        self
    }

    /// Removes duplicate rows.
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

    /// Skips the first `rows` rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.draft.select.offset = Some(rows);
        self
    }

    /// Returns the rows.
    ///
    /// # Errors
    ///
    /// Returns an error if a statement fails, if a value does not fit its Rust type, or one that
    /// [`is_invalid`](Error::is_invalid) if a column that has several values in a group is selected or ordered by.
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<T>>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Vec<T>> {
        read_with(on, self, |selected, on| selected.run(on, &selected.draft.select))
    }

    /// Returns the first row, or `None`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Selected::all).
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<T>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<T>> {
        look_with(on, self, |selected, on| Ok(selected.run(on, &selected.draft.select.limited_to(1))?.pop()))
    }

    /// Returns the only row.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if there is no row, one that
    /// [`is_more_than_one`](Error::is_more_than_one) if there are several, and the same errors as
    /// [`all`](Selected::all).
    #[track_caller]
    pub fn one<'e, Mode: Performs<Self, T>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, T> {
        look_with(on, self, Self::read_one)
    }

    fn read_one(&self, on: On<'_>) -> Result<T> {
        let mut rows = self.run(on, &self.draft.select.limited_to(2))?;
        let row = rows.pop().ok_or_else(|| Error::not_found(M::TABLE))?;
        if rows.is_empty() { Ok(row) } else { Err(Error::more_than_one(M::TABLE)) }
    }

    /// Counts the rows.
    ///
    /// SQL: `SELECT count(*) FROM (SELECT DISTINCT …) AS limited`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Selected::all).
    #[track_caller]
    pub fn count<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64> {
        look_with(on, self, Self::read_count)
    }

    fn read_count(&self, on: On<'_>) -> Result<u64> {
        self.check()?;
        let mut counted = Values::sink(&self.draft.select, <Expression<M, u64> as Selection<M>>::decode);
        let row = OneRow::computed(&self.draft.select, "count()");
        Statement::Rendered(sql::count(&self.draft.select, on.dialect()), row).fetch(on, &mut counted)?;
        counted.rows.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    /// Returns the statement, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        self.statement(on.db().dialect())
    }

    fn statement(&self, dialect: &dyn Dialect) -> Sql {
        sql::select(&self.draft.select, dialect)
    }

    /// Returns the plan of the query, which is one statement, without running it.
    ///
    /// # Errors
    ///
    /// Returns the error of the query.
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
    /// Keeps only the groups that meet the condition. With several conditions, groups have to meet all of them.
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

/// A selection of one value can be the argument of `in_`, also if only one of the two is optional.
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

/// Checks that what is selected and ordered by has one value in each group.
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
            "a value of `{}` belongs to one row, and a group has several: select its `min()` or another value \
             computed from all of them",
            relation.path()
        ))),
    }
}

/// Checks that distinct rows are ordered only by selected values: others may differ among equal rows.
fn check_distinct(select: &Select) -> Result<()> {
    let outputs = || select.outputs.iter().flat_map(|outputs| outputs.iter());
    let selected = |order: &Order| outputs().any(|output| *output == order.by);
    match select.order.iter().find(|order| !selected(order)) {
        None => Ok(()),
        Some(Order { by: Expr::Column(column), .. }) => Err(Error::invalid(format!(
            "distinct rows can only be ordered by selected columns, and {} is not selected",
            path(select.table, *column)
        ))),
        Some(_) => Err(Error::invalid("distinct rows can only be ordered by selected values; select this value too")),
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

/// What can be selected of the model `M`: a column, an expression or a condition, or a tuple of up to twelve of them.
/// The elements of a tuple can be tuples too.
///
/// This is a trait because the type of a row follows from the types of the selected values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected of `{M}`",
    label = "not of `{M}`",
    note = "select columns and expressions of `{M}`: `Student::name()`, `Student::id().max()`, `orm::count()`, or a tuple of up to twelve of these"
)]
pub trait Selection<M> {
    /// The type of a row.
    type Row;

    /// Adds the selected values to a list.
    ///
    /// # Errors
    ///
    /// Returns an error if an expression contains a value that cannot be stored.
    #[doc(hidden)]
    fn append_to(self, outputs: &mut Vec<Expr>) -> Result<()>;

    /// Reads the next values of the row.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type.
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

/// Selects whether the condition is true; false if it is `NULL`.
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

/// A row of selected values.
pub struct Values<'r> {
    row: Row<'r>,
    select: &'r Select,
    /// The types of the values, if the select alone does not determine them.
    held: Option<&'r [Option<Held>]>,
    /// The number of values that were read.
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
            _ => Error::decode_result::<T>(ResultValue::Numbered(at + 1), mismatch),
        })
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values of {}", self.select.table.model)
    }
}

/// Takes the rows of a selection.
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
