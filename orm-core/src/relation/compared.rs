//! Aggregates of a relation in the statement for its parents: compared, ordered by and selected.

use std::sync::Arc;

use super::Aggregate;
use crate::ast::Expr;
use crate::column::{Condition, EachRow, Operand, OrderBy};
use crate::error::Result;
use crate::expression::{Expression, SqlArguments};
use crate::mapped::Mapped;
use crate::prefetch::RelationRows;
use crate::types::{ColumnType, Presence, Required};

/// An aggregate is compared like a column of its type: a count with a `u64`, and another aggregate with a value of the
/// related column's type.
///
/// SQL: `(SELECT count(*) FROM "courses" AS t1 … WHERE …) > ?`
impl<P: Mapped, V: ColumnType> Aggregate<P, V> {
    /// Tests whether the aggregate is equal to a value, a column or an expression. `eq(None)` tests for `NULL`.
    pub fn eq(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).eq(other)
    }

    /// Tests whether the aggregate is different from a value, a column or an expression. `ne(None)` matches all values
    /// other than `NULL`.
    pub fn ne(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).ne(other)
    }

    /// Tests whether the aggregate is less than a value, a column or an expression.
    pub fn lt(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).lt(other)
    }

    /// Tests whether the aggregate is less than or equal to a value, a column or an expression.
    pub fn le(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).le(other)
    }

    /// Tests whether the aggregate is greater than a value, a column or an expression.
    pub fn gt(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).gt(other)
    }

    /// Tests whether the aggregate is greater than or equal to a value, a column or an expression.
    pub fn ge(self, other: impl Operand<P, V>) -> Condition<P> {
        Expression::from(self).ge(other)
    }

    /// Orders the parents by the aggregate, ascending.
    ///
    /// SQL: `ORDER BY (SELECT count(*) FROM "courses" AS t1 … WHERE …)`
    pub fn asc(self) -> OrderBy<P> {
        Expression::from(self).asc()
    }

    /// Orders the parents by the aggregate, descending.
    ///
    /// SQL: `ORDER BY (SELECT count(*) FROM "courses" AS t1 … WHERE …) DESC`
    pub fn desc(self) -> OrderBy<P> {
        Expression::from(self).desc()
    }
}

/// Aggregates that are `NULL` for a parent without related rows.
impl<P: Mapped, T> Aggregate<P, Option<T>>
where
    Option<T>: ColumnType,
{
    /// Tests whether the aggregate is `NULL`: no related row has a value.
    ///
    /// SQL: `(SELECT max(t1."grade") FROM "enrollments" AS t1 WHERE …) IS NULL`
    pub fn is_null(self) -> Condition<P> {
        Expression::from(self).eq(None)
    }

    /// Tests whether the aggregate is not `NULL`: a related row has a value.
    ///
    /// SQL: `(SELECT max(t1."grade") FROM "enrollments" AS t1 WHERE …) IS NOT NULL`
    pub fn is_not_null(self) -> Condition<P> {
        !self.is_null()
    }
}

impl<P: Mapped, T: ColumnType<Presence = Required>> Aggregate<P, Option<T>> {
    /// The aggregate, or another value if it is `NULL`, as an expression of the parent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let last = Student::courses().max(Course::title()).coalesce("none");
    /// let courses: Vec<(i64, String)> = Student::query().select((Student::id(), last)).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `coalesce((SELECT max(t1."title") FROM "courses" AS t1 … WHERE …), ?)`
    #[doc(alias = "ifnull")]
    #[doc(alias = "unwrap_or")]
    pub fn coalesce<O: Operand<P, Option<T>>>(self, fallback: O) -> Expression<P, <O::Presence as Presence>::Of<T>> {
        Expression::from(self).coalesce(fallback)
    }
}

/// Converts the aggregate to an expression of the parent, to compute with.
impl<P: Mapped, V: ColumnType> From<Aggregate<P, V>> for Expression<P, V> {
    fn from(aggregate: Aggregate<P, V>) -> Self {
        let RelationRows { relation, draft, .. } = Arc::unwrap_or_clone(aggregate.fetched);
        let computed = || Expr::OfRelated(relation, aggregate.function, Box::new(Expr::And(draft.select.filter)));
        Expression::of_related(draft.error.map_or_else(|| Ok(computed()), Err), draft.depth)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, V: ColumnType> SqlArguments<P> for Aggregate<P, V> {
    type Of = EachRow;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        Expression::from(self).append_to(arguments)
    }
}
