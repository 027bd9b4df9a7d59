//! Values computed from columns: for each row, or for each group of rows.

#[doc(hidden)]
pub mod calendar;
mod case;
mod fragment;
mod functions;
#[doc(hidden)]
pub mod json;
mod patterns;

use std::fmt;
use std::marker::PhantomData;

pub use case::{Case, IntoExpression, When, case};
pub use fragment::{SqlArguments, SqlValue, sql_condition, sql_order, sql_value};
pub use json::JsonPath;

use crate::ast::{Argument, Arithmetic, Comparison, Expr, Function};
use crate::column::{
    Among, Column, Condition, EachGroup, EachRow, MAX_DEPTH, Operand, OrderBy, check_depth, is_among, operand,
};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::types::{ColumnType, Comparable, Optional, Required, Summable};
use crate::value::{Mismatch, Value};

/// A value of type `T` that is computed from columns of the model `M`: from each row, such as
/// `Account::balance().add(5)`, or from each group of rows, such as `Account::balance().sum()`.
///
/// It can be selected, compared and ordered by. An expression of each row is also the new value of a column in an
/// update of many rows.
#[doc(alias = "F")]
#[doc(alias = "annotate")]
#[must_use = "an expression does nothing until it is selected, compared or ordered by"]
pub struct Expression<M, T, Of = EachRow> {
    expr: Result<Expr, Refusal>,
    /// The column that it begins with, if there is one.
    column: Option<usize>,
    /// How deep its computations are nested.
    depth: usize,
    types: Types<M, T, Of>,
}

/// The types that an expression only names: it is always `Send` and `Sync`.
type Types<M, T, Of> = PhantomData<fn() -> (M, T, Of)>;

/// The number of rows of each group, or of all rows if they are not grouped.
///
/// SQL: `count(*)`
pub fn count<M: Mapped>() -> Expression<M, u64, EachGroup> {
    Expression { expr: Ok(Expr::Aggregate(Function::Count, None)), column: None, depth: 0, types: PhantomData }
}

impl<M: Mapped, T: ColumnType> Expression<M, T> {
    /// The value of a column in the new row of an upsert (`excluded`).
    pub(crate) fn excluded(column: Column<M, T>) -> Self {
        let column = column.index();
        Expression { expr: Ok(Expr::Excluded(column)), column: Some(column), depth: 0, types: PhantomData }
    }
}

impl<M: Mapped, T, Of> Expression<M, T, Of> {
    /// A value made of others, with its nesting depth and the column that it begins with.
    fn composed(expr: Result<Expr, Refusal>, column: Option<usize>, depth: usize) -> Self {
        let expr = if depth > MAX_DEPTH { expr.map(|_| Expr::Value(Value::Null)) } else { expr };
        Expression { expr, column, depth, types: PhantomData }
    }
}

impl<M: Mapped, T: ColumnType, Of> Expression<M, T, Of> {
    /// Tests whether the expression is equal to a value, a column or another expression. `eq(None)` tests for `NULL`.
    pub fn eq(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Eq, other)
    }

    /// Tests whether the expression is different from a value, a column or another expression. `ne(None)` matches all
    /// values other than `NULL`.
    pub fn ne(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Ne, other)
    }

    /// Tests whether the expression is less than a value, a column or another expression.
    pub fn lt(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Lt, other)
    }

    /// Tests whether the expression is less than or equal to a value, a column or another expression.
    pub fn le(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Le, other)
    }

    /// Tests whether the expression is greater than a value, a column or another expression.
    pub fn gt(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Gt, other)
    }

    /// Tests whether the expression is greater than or equal to a value, a column or another expression.
    pub fn ge(self, other: impl Operand<M, T>) -> Condition<M, Of> {
        self.compare(Comparison::Ge, other)
    }

    /// Tests whether the expression is between two values, both included.
    ///
    /// SQL: `("rent" + "heating") BETWEEN ? AND ?`
    pub fn between(self, least: impl Operand<M, T>, greatest: impl Operand<M, T>) -> Condition<M, Of> {
        let (column, depth) = (self.column, self.depth.max(least.depth()).max(greatest.depth()));
        let [least, greatest] = [
            operand(least, |mismatch| refused::<M>(column, mismatch)),
            operand(greatest, |mismatch| refused::<M>(column, mismatch)),
        ];
        let between = || Ok(Expr::Between(Box::new(self.into_parts().1?), Box::new(least?), Box::new(greatest?)));
        between().map_or_else(|error| Condition::failed(Some(error)), Condition::new).at_depth(depth)
    }

    /// Tests whether the expression is `NULL`. SQL: `max("grade") IS NULL`
    pub fn is_null(self) -> Condition<M, Of> {
        let depth = self.depth;
        let value = self.into_parts().1;
        value
            .map_or_else(|error| Condition::failed(Some(error)), |value| Condition::new(Expr::IsNull(Box::new(value))))
            .at_depth(depth)
    }

    /// Tests whether the expression is not `NULL`. SQL: `max("grade") IS NOT NULL`
    #[doc(alias = "not_null")]
    pub fn is_not_null(self) -> Condition<M, Of> {
        !self.is_null()
    }

    /// Tests whether the expression is one of several values: of a list, or of those that a query returns, as
    /// [`Column::in_`] does.
    pub fn in_(self, values: impl Among<M, T>) -> Condition<M, Of> {
        let (column, depth) = (self.column, self.depth);
        let candidates = values.into_candidates(&|mismatch| refused::<M>(column, mismatch));
        is_among(self.into_parts().1, T::SQL_TYPE, candidates).at_depth(depth)
    }

    /// Orders by the expression, ascending.
    pub fn asc(self) -> OrderBy<M, Of> {
        OrderBy::new(self.into_parts().1, false)
    }

    /// Orders by the expression, descending.
    pub fn desc(self) -> OrderBy<M, Of> {
        OrderBy::new(self.into_parts().1, true)
    }

    fn compare(self, comparison: Comparison, other: impl Operand<M, T>) -> Condition<M, Of> {
        let (column, depth) = (self.column, self.depth.max(other.depth()));
        let other = operand(other, |mismatch| refused::<M>(column, mismatch));
        Condition::compare(self.into_parts().1, comparison, other).at_depth(depth)
    }

    /// The nesting depth of computations and conditions, and the value.
    pub(crate) fn into_related(self) -> (usize, Result<Expr>) {
        (self.depth, self.into_parts().1)
    }

    /// The column that it begins with, and the value.
    pub(crate) fn into_parts(self) -> (Option<usize>, Result<Expr>) {
        let (column, depth) = (self.column, self.depth);
        (column, check_depth(depth).and_then(|()| self.expr.map_err(|refusal| refusal.into_error::<M>(column))))
    }
}

/// Why an expression cannot be part of a statement.
#[derive(Clone)]
enum Refusal {
    /// It holds a value that cannot be stored.
    Value(Mismatch),
    /// It is computed from related rows that cannot be read, or from raw SQL that cannot be sent.
    Invalid(Error),
}

impl Refusal {
    fn into_error<M: Mapped>(self, column: Option<usize>) -> Error {
        match self {
            Refusal::Value(mismatch) => refused::<M>(column, mismatch),
            Refusal::Invalid(error) => error,
        }
    }

    fn into_mismatch(self) -> Mismatch {
        match self {
            Refusal::Value(mismatch) => mismatch,
            Refusal::Invalid(error) => Mismatch::Refused(error.to_string().into()),
        }
    }
}

/// The error of a value that cannot be stored, next to a column if there is one.
fn refused<M: Mapped>(column: Option<usize>, mismatch: Mismatch) -> Error {
    match column {
        Some(column) => Error::encode(M::TABLE, &M::TABLE.columns[column], mismatch),
        None => Error::encode_bound("a value that is compared".to_owned(), mismatch),
    }
}

/// What can be computed from a value of each row, for columns and for expressions.
macro_rules! of_each_row {
    ($($type:ident),*) => {$(
        #[expect(clippy::should_implement_trait, reason = "an operator would promise a number, and this is an expression")]
        impl<M: Mapped, T: ColumnType> $type<M, T> {
            /// Adds a value; the result is `NULL` if one of them is `NULL`. In an update it adds to the column's value.
            #[doc(alias = "F")]
            #[doc(alias = "increment")]
            ///
            /// SQL: `"balance" + ?`
            pub fn add(self, amount: impl Operand<M, T>) -> Expression<M, T>
            where
                T: Summable,
            {
                Expression::from(self).compute(Arithmetic::Add, amount)
            }

            /// Subtracts a value; the result is `NULL` if one of them is `NULL`. In an update it subtracts from the
            /// column's value.
            #[doc(alias = "decrement")]
            ///
            /// SQL: `"balance" - ?`
            pub fn sub(self, amount: impl Operand<M, T>) -> Expression<M, T>
            where
                T: Summable,
            {
                Expression::from(self).compute(Arithmetic::Subtract, amount)
            }

            /// Multiplies by a value; the result is `NULL` if one of them is `NULL`. In an update it multiplies the
            /// column's value.
            ///
            /// SQL: `"balance" * ?`
            pub fn mul(self, factor: impl Operand<M, T>) -> Expression<M, T>
            where
                T: Summable,
            {
                Expression::from(self).compute(Arithmetic::Multiply, factor)
            }

            /// Counts the rows of each group whose value is not `NULL`.
            ///
            /// SQL: `count("balance")`
            pub fn count(self) -> Expression<M, u64, EachGroup> {
                Expression::from(self).aggregate(Function::Count)
            }

            /// Counts the distinct values of each group, without `NULL`.
            ///
            /// SQL: `count(DISTINCT "balance")`
            pub fn count_distinct(self) -> Expression<M, u64, EachGroup> {
                Expression::from(self).aggregate(Function::CountDistinct)
            }

            /// The sum of the values of each group; `None` if all values are `NULL`. A sum of integers that does not
            /// fit 64 bits is an error that [`is_overflow`](Error::is_overflow).
            ///
            /// SQL: `sum("balance")`
            pub fn sum(self) -> Expression<M, Option<T::Sum>, EachGroup>
            where
                T: Summable,
            {
                Expression::from(self).aggregate(Function::Sum)
            }

            /// The average of the values of each group; `None` if all values are `NULL`.
            #[doc(alias = "average")]
            ///
            /// SQL: `avg("balance")`
            pub fn avg(self) -> Expression<M, Option<f64>, EachGroup>
            where
                T: Summable,
            {
                Expression::from(self).aggregate(Function::Average)
            }

            /// The minimum of each group; `None` if all values are `NULL`.
            ///
            /// SQL: `min("balance")`
            pub fn min(self) -> Expression<M, Option<T::Value>, EachGroup>
            where
                T: Comparable,
            {
                Expression::from(self).aggregate(Function::Min)
            }

            /// The maximum of each group; `None` if all values are `NULL`.
            ///
            /// SQL: `max("balance")`
            pub fn max(self) -> Expression<M, Option<T::Value>, EachGroup>
            where
                T: Comparable,
            {
                Expression::from(self).aggregate(Function::Max)
            }
        }
    )*};
}

of_each_row!(Column, Expression);

impl<M: Mapped, T: ColumnType> From<Column<M, T>> for Expression<M, T> {
    fn from(column: Column<M, T>) -> Self {
        Expression { expr: Ok(column.expr()), column: Some(column.index()), depth: 0, types: PhantomData }
    }
}

impl<M: Mapped, T: ColumnType> Expression<M, T> {
    /// A value computed from related rows, with the nesting depth of its conditions.
    pub(crate) fn of_related(expr: Result<Expr>, depth: usize) -> Self {
        Expression { expr: expr.map_err(Refusal::Invalid), column: None, depth: depth + 1, types: PhantomData }
    }

    fn compute(self, arithmetic: Arithmetic, other: impl Operand<M, T>) -> Self {
        let depth = self.depth.max(other.depth()).saturating_add(1);
        let other = other.into_expr();
        let expr = match (self.expr, other) {
            // The refused value is replaced, because it would be nested too deep.
            (Ok(_), Ok(_)) if depth > MAX_DEPTH => Ok(Expr::Value(Value::Null)),
            (Ok(own), Ok(other)) => Ok(Expr::Arithmetic(Box::new(own), arithmetic, Box::new(other))),
            (Err(refusal), _) => Err(refusal),
            (_, Err(mismatch)) => Err(Refusal::Value(mismatch)),
        };
        Expression { expr, depth, ..self }
    }

    fn aggregate<V>(self, function: Function) -> Expression<M, V, EachGroup> {
        let argument = |value| Some(Argument { value: Box::new(value), sql_type: T::SQL_TYPE });
        let expr = self.expr.map(|value| Expr::Aggregate(function, argument(value)));
        Expression { expr, column: self.column, depth: self.depth, types: PhantomData }
    }
}

/// An optional expression can be compared with a required one, as columns can.
macro_rules! operand {
    ($($expression:ty => $compared:ty, ($($bound:tt)*), $presence:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Mapped, T: $($bound)*> Operand<M, $compared> for $expression {
            type Presence = $presence;

            fn into_expr(self) -> Result<Expr, Mismatch> {
                self.expr.map_err(Refusal::into_mismatch)
            }

            fn depth(&self) -> usize {
                self.depth
            }
        }
    )*};
}

operand! {
    Expression<M, T> => T, (ColumnType), T::Presence;
    Expression<M, T> => Option<T>, (ColumnType), T::Presence;
    Expression<M, Option<T>> => T, (ColumnType<Presence = Required>), Optional;
}

impl<M, T, Of> Clone for Expression<M, T, Of> {
    fn clone(&self) -> Self {
        Expression { expr: self.expr.clone(), ..*self }
    }
}

impl<M: Mapped, T, Of> fmt::Debug for Expression<M, T, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "Expression({}.{} ..)", M::TABLE.model, M::TABLE.columns[column].field),
            None => f.write_str("Expression(..)"),
        }
    }
}
