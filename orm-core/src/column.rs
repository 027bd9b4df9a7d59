//! Typed columns, and the conditions and orderings that they make.

mod among;
mod array;
mod chosen;
mod condition;
mod filter;
mod guessed;
mod key;
mod of;
mod operand;
mod order;
mod primary_key;
mod range;
mod set;

use std::fmt;
use std::marker::PhantomData;

use crate::ast::{Comparison, Expr};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::types::ColumnType;
use crate::value::{Mismatch, Value};

pub(crate) use among::is_among;
pub use among::{Among, Candidates};
pub use chosen::order_from;
pub use condition::Condition;
pub(crate) use condition::MAX_DEPTH;
pub use filter::Filter;
pub use key::KeyOf;
pub use of::{EachGroup, EachRow, Together};
pub use operand::Operand;
pub(crate) use operand::{check_depth, operand};
pub use order::{OrderBy, Ordering};
pub use primary_key::PrimaryKey;
pub(crate) use primary_key::key_values;
pub use set::ColumnSet;

/// A column of the model `M` that holds a `T`, such as `Student::last_name()`.
///
/// Its methods make conditions and orderings. They compare with values of the column's type and with other columns of
/// the model.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let adults = Student::query().filter(Student::age().ge(18)).order_by(Student::last_name().asc()).all(&db)?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "F")]
#[must_use = "a column does nothing until it is compared or ordered by"]
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// Returns the column at a position. Generated code calls this.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Column { index, types: PhantomData }
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Mapped, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", M::TABLE.model, M::TABLE.columns[self.index].field)
    }
}

impl<M: Mapped, T: ColumnType> Column<M, T> {
    /// Tests whether the column is equal to a value or another column. `eq(None)` tests for `NULL`.
    ///
    /// SQL: `"last_name" = ?`
    #[doc(alias = "equals")]
    pub fn eq(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Eq, other)
    }

    /// Tests whether the column is different from a value or another column. As in SQL, a row whose column is `NULL`
    /// does not match; `ne(None)` matches all values other than `NULL`.
    ///
    /// SQL: `"last_name" <> ?`
    #[doc(alias = "neq")]
    #[doc(alias = "not_eq")]
    pub fn ne(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ne, other)
    }

    /// Tests whether the column is less than a value or another column. SQL: `"age" < ?`
    pub fn lt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Lt, other)
    }

    /// Tests whether the column is less than or equal to a value or another column. SQL: `"age" <= ?`
    #[doc(alias = "lte")]
    pub fn le(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Le, other)
    }

    /// Tests whether the column is greater than a value or another column. SQL: `"age" > ?`
    pub fn gt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Gt, other)
    }

    /// Tests whether the column is greater than or equal to a value or another column. SQL: `"age" >= ?`
    #[doc(alias = "gte")]
    pub fn ge(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ge, other)
    }

    /// Tests whether the column is between two values, both included. SQL: `"age" BETWEEN ? AND ?`
    pub fn between(self, least: impl Operand<M, T>, greatest: impl Operand<M, T>) -> Condition<M> {
        let depth = least.depth().max(greatest.depth());
        let bounds = (self.operand(least), self.operand(greatest));
        let (Ok(least), Ok(greatest)) = bounds else {
            return Condition::failed(bounds.0.err().or(bounds.1.err()));
        };
        Condition::new(Expr::Between(Box::new(self.expr()), Box::new(least), Box::new(greatest))).at_depth(depth)
    }

    /// Tests whether the column is one of several values: of a list, or of those that a query returns.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let some = Student::query().filter(Student::id().in_([1, 2])).all(&db)?;
    ///
    /// let of_law = Department::query().filter(Department::name().eq("Law")).select(Department::id());
    /// let students = Student::query().filter(Student::department_id().in_(of_law.clone())).all(&db)?;
    /// let others = Student::query().filter(!Student::department_id().in_(of_law)).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An empty list matches no row; `None` in the list matches nothing, as in SQL. The list may have any length, and
    /// the SQL text is the same for all lengths; only arrays are compared one by one.
    ///
    /// The query selects one column or expression of the column's type, and may be grouped, distinct or limited. It
    /// becomes a subquery. `NULL`s that it returns are left out, so `!in_` finds the rows whose value it does not
    /// return. A row whose column is `NULL` matches neither `in_` nor `!in_`.
    ///
    /// SQL: `"id" IN (…)`, or `"department_id" IN (SELECT t1."id" FROM "departments" AS t1 WHERE …)`
    #[doc(alias = "not_in")]
    #[doc(alias = "ne_all")]
    #[doc(alias = "in_query")]
    #[doc(alias = "in_subquery")]
    #[doc(alias = "is_in")]
    #[doc(alias = "eq_any")]
    pub fn in_(self, values: impl Among<M, T>) -> Condition<M> {
        let column = &M::TABLE.columns[self.index];
        let candidates = values.into_candidates(&|mismatch| Error::encode(M::TABLE, column, mismatch));
        is_among(Ok(self.expr()), T::SQL_TYPE, candidates)
    }

    /// Tests whether the column is `NULL`. SQL: `"department_id" IS NULL`
    pub fn is_null(self) -> Condition<M> {
        Condition::new(Expr::IsNull(Box::new(self.expr())))
    }

    /// Tests whether the column is not `NULL`. SQL: `"department_id" IS NOT NULL`
    #[doc(alias = "not_null")]
    pub fn is_not_null(self) -> Condition<M> {
        !self.is_null()
    }

    /// Orders by the column, ascending. `NULL`s come first.
    #[doc(alias = "order_by")]
    pub fn asc(self) -> OrderBy<M> {
        OrderBy::new(Ok(self.expr()), false)
    }

    /// Orders by the column, descending. `NULL`s come last.
    pub fn desc(self) -> OrderBy<M> {
        OrderBy::new(Ok(self.expr()), true)
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }

    pub(crate) fn expr(self) -> Expr {
        Expr::Column(self.index)
    }

    fn compare(self, comparison: Comparison, other: impl Operand<M, T>) -> Condition<M> {
        let depth = other.depth();
        Condition::compare(Ok(self.expr()), comparison, self.operand(other)).at_depth(depth)
    }

    pub(crate) fn operand(self, other: impl Operand<M, T>) -> Result<Expr> {
        operand(other, |mismatch| Error::encode(M::TABLE, &M::TABLE.columns[self.index], mismatch))
    }
}

/// As text, `1.0` and `1` differ, and so do two objects with their names in another order; as JSON they are equal.
fn json_is_not_compared() -> Error {
    Error::invalid(
        "JSON is not compared, because databases compare it in different ways; \
         compare a value inside it, or a separate column",
    )
}

/// Whether the value is JSON, or an array of JSON.
fn holds_json(value: &Value<'_>) -> bool {
    match value {
        Value::Json(_) => true,
        Value::Array(values) => values.iter().any(holds_json),
        _ => false,
    }
}

fn bound<T: ColumnType>(value: &T) -> Result<Expr, Mismatch> {
    Ok(Expr::Value(value.encode()?.into_owned()))
}
