//! Typed columns, and what can be made of them.

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

/// A column of the model `M` that holds a `T`; what `Student::last_name()` returns.
#[must_use = "a column does nothing until it is compared or ordered by"]
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at a position. Generated code calls this.
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
    /// Equal to a value or another column. `eq(None)` asks for `NULL`.
    ///
    /// SQL: `"last_name" = ?`
    #[doc(alias = "equals")]
    pub fn eq(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Eq, other)
    }

    /// Different from a value or another column. As in SQL, a row whose column is `NULL` is not found by this;
    /// `ne(None)` asks for anything but `NULL`.
    ///
    /// SQL: `"last_name" <> ?`
    #[doc(alias = "neq")]
    #[doc(alias = "not_eq")]
    pub fn ne(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ne, other)
    }

    /// Less than a value or another column. SQL: `"age" < ?`
    pub fn lt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Lt, other)
    }

    /// At most a value or another column. SQL: `"age" <= ?`
    #[doc(alias = "lte")]
    pub fn le(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Le, other)
    }

    /// Greater than a value or another column. SQL: `"age" > ?`
    pub fn gt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Gt, other)
    }

    /// At least a value or another column. SQL: `"age" >= ?`
    #[doc(alias = "gte")]
    pub fn ge(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ge, other)
    }

    /// Between two values, both included. SQL: `"age" BETWEEN ? AND ?`
    pub fn between(self, least: impl Operand<M, T>, greatest: impl Operand<M, T>) -> Condition<M> {
        let depth = least.depth().max(greatest.depth());
        let bounds = (self.operand(least), self.operand(greatest));
        let (Ok(least), Ok(greatest)) = bounds else {
            return Condition::failed(bounds.0.err().or(bounds.1.err()));
        };
        Condition::new(Expr::Between(Box::new(self.expr()), Box::new(least), Box::new(greatest))).at_depth(depth)
    }

    /// One of some values: of a list, or of those that a query returns.
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
    /// No value is one of an empty list; `None` in the list matches nothing, as in SQL. Any number of values works, with one
    /// statement text; arrays alone are compared one by one.
    ///
    /// A query selects one column or expression of the column's type, and may be grouped, distinct or limited. It is part of
    /// the statement. `NULL`s that it returns are left out, so that `!in_` finds the rows whose value it does not return. A
    /// column that is `NULL` itself is found by neither.
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

    /// `NULL`. SQL: `"department_id" IS NULL`
    pub fn is_null(self) -> Condition<M> {
        Condition::new(Expr::IsNull(Box::new(self.expr())))
    }

    /// Not `NULL`. SQL: `"department_id" IS NOT NULL`
    #[doc(alias = "not_null")]
    pub fn is_not_null(self) -> Condition<M> {
        !self.is_null()
    }

    /// From the least to the greatest.
    pub fn asc(self) -> OrderBy<M> {
        OrderBy::new(Ok(self.expr()), false)
    }

    /// From the greatest to the least.
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

/// As text, `1.0` and `1` differ, and so do two orders of the names of an object; as JSON they do not.
fn json_is_not_compared() -> Error {
    Error::invalid("JSON is not compared, since databases do that in different ways; compare a column of its own")
}

/// Whether this is JSON, or an array of it.
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
