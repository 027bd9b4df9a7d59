//! Values of the row that a to-one relation leads to, as expressions of the row that it starts at.

use super::{LeadsToOne, Relation};
use crate::ast::Expr;
use crate::column::{OrderBy, Ordering};
use crate::error::Error;
use crate::expression::Expression;
use crate::loaded::Kind;
use crate::mapped::Mapped;
use crate::types::Comparable;

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize> Relation<P, C, K, AT> {
    /// Returns a column of the related row, or a value computed from it, as an expression of the row that the relation starts at:
    /// to order by, to compare, to compute with and to select.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let students = Student::query().order_by(Student::department().value(Department::name()).asc()).all(&db)?;
    /// let names: Vec<(String, Option<String>)> = Student::query()
    ///     .select((Student::last_name(), Student::department().value(Department::name())))
    ///     .all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The expression is an `Option` where the relation may lead nowhere. Then it is `NULL`, which meets no comparison and by
    /// default comes before all values. For a relation of the related row, call `value` within:
    /// `Enrollment::course().value(Course::department().value(Department::name()))`.
    ///
    /// The rows stay as many as they are: the related row is joined by the unique index that the database has of its key. To
    /// filter, [`has`](Relation::has) serves as well, and its condition may be one of several columns.
    ///
    /// SQL: `… FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" … ORDER BY t1."name"`
    ///
    /// # Errors
    ///
    /// When the query runs, [`is_schema_mismatch`](crate::error::Error::is_schema_mismatch) where no unique index of the
    /// database promises that the relation leads to one row at most.
    pub fn value<T: Comparable>(self, of: impl Into<Expression<C, T>>) -> Expression<P, K::Value<T>>
    where
        K: LeadsToOne,
    {
        let relation = self.def();
        let (depth, value) = of.into().into_related();
        Expression::of_related(value.map(|value| Expr::ValueOf(relation, Box::new(value))), depth)
    }
}

/// A relation is no value. That it is not one, these functions say in the words of [`Ordering`], since they never compile.
impl<P: Mapped, C, K, const AT: usize, Row, E, B> Relation<P, C, K, AT, Row, E, B> {
    #[doc(hidden)]
    pub fn asc(self) -> OrderBy<P>
    where
        Self: Ordering<P>,
    {
        OrderBy::new(Err(self.is_no_value()), false)
    }

    #[doc(hidden)]
    pub fn desc(self) -> OrderBy<P>
    where
        Self: Ordering<P>,
    {
        OrderBy::new(Err(self.is_no_value()), true)
    }

    fn is_no_value(&self) -> Error {
        Error::invalid(format!("`{}` is a relation, which no rows are ordered by", self.def().path()))
    }
}
