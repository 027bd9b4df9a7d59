//! Aggregates of the rows of a query: sum, average, minimum and maximum.

use super::{Query, Statement};
use crate::ast::{Argument, Expr, Function};
use crate::db::{On, Performs, Run, read};
use crate::error::{Error, Result, ResultValue};
use crate::expression::Expression;
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::prefetch::Draft;
use crate::row::{Row, RowSink};
use crate::sql::{self, Held};
use crate::types::{ColumnType, Comparable, Summable};
use crate::value::Value;

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Returns the sum of a column or an expression over the rows that the query returns; `None` if all values are
    /// `NULL`. Relations are not loaded.
    ///
    /// SQL: `SELECT sum(t0."balance") FROM …`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_overflow`](Error::is_overflow) if a sum of integers does not fit 64 bits, and an
    /// error if the statement fails.
    #[doc(alias = "aggregate")]
    #[track_caller]
    pub fn sum<'e, T: Summable, Mode: Performs<Total<M, T>, Option<T::Sum>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        of: impl Into<Expression<M, T>>,
    ) -> Mode::Outcome<'e, Option<T::Sum>> {
        read(on, Total::of(&self.draft, Function::Sum, of.into()), Total::read)
    }

    /// Returns the average, as [`sum`](Query::sum) does.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[track_caller]
    pub fn avg<'e, T: Summable, Mode: Performs<Total<M, T>, Option<f64>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        of: impl Into<Expression<M, T>>,
    ) -> Mode::Outcome<'e, Option<f64>> {
        read(on, Total::of(&self.draft, Function::Average, of.into()), Total::read)
    }

    /// Returns the minimum, as [`sum`](Query::sum) does.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[track_caller]
    pub fn min<'e, T: Comparable, Mode: Performs<Total<M, T>, Option<T::Value>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        of: impl Into<Expression<M, T>>,
    ) -> Mode::Outcome<'e, Option<T::Value>> {
        read(on, Total::of(&self.draft, Function::Min, of.into()), Total::read)
    }

    /// Returns the maximum, as [`sum`](Query::sum) does.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[track_caller]
    pub fn max<'e, T: Comparable, Mode: Performs<Total<M, T>, Option<T::Value>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        of: impl Into<Expression<M, T>>,
    ) -> Mode::Outcome<'e, Option<T::Value>> {
        read(on, Total::of(&self.draft, Function::Max, of.into()), Total::read)
    }
}

/// An aggregate of the rows of a query.
pub struct Total<M, T> {
    draft: Draft,
    function: Function,
    of: Expression<M, T>,
}

impl<M: Mapped, T: ColumnType> Total<M, T> {
    fn of(draft: &Draft, function: Function, of: Expression<M, T>) -> Self {
        Total { draft: draft.clone(), function, of }
    }

    /// Reads the value; the type determines the result without rows.
    fn read<W: ColumnType>(self, on: On<'_>) -> Result<W> {
        let (draft, function) = (&self.draft, self.function);
        draft.check()?;
        let (column, value) = self.of.into_parts();
        let argument = Argument { value: Box::new(value?), sql_type: T::SQL_TYPE };
        let sql = sql::total(&draft.select, function, &argument, on.dialect());
        let mut total = Computed(None);
        let row = OneRow::computed(&draft.select, written(function));
        Statement::Rendered(sql, row).fetch(on, &mut total)?;
        let value = total.0.unwrap_or(Value::Null);
        let held = Held::of(&Expr::Aggregate(function, Some(argument)), M::TABLE);
        let read = |value| held.map_or(Ok(value), |held| held.form.read(value, held.sql_type));
        read(value.as_value_ref()).and_then(W::decode).map_err(|mismatch| match column {
            Some(column) => Error::decode(M::TABLE, &M::TABLE.columns[column], mismatch),
            None => Error::decode_result::<W>(ResultValue::Numbered(1), mismatch),
        })
    }
}

/// How an aggregate of a relation is written.
fn written(function: Function) -> &'static str {
    match function {
        Function::Sum => "sum(..)",
        Function::Average => "avg(..)",
        Function::Min => "min(..)",
        Function::Max => "max(..)",
        _ => "count()",
    }
}

/// Reads the value from the only row.
struct Computed(Option<Value<'static>>);

impl RowSink for Computed {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let invalid = |_| Error::invalid("a computed text is not valid UTF-8");
        self.0 = Some(row.value(0).map_err(invalid)?.to_owned());
        Ok(())
    }
}
