//! Values of the row of a to-one relation, as expressions of the row that the relation starts at.

use super::{LeadsToOne, Relation};
use crate::ast::Expr;
use crate::column::{OrderBy, Ordering};
use crate::error::Error;
use crate::expression::Expression;
use crate::loaded::Kind;
use crate::mapped::Mapped;
use crate::types::Comparable;

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize> Relation<P, C, K, AT> {
    /// Returns a column of the related row, or a value computed from it, as an expression of the row that the relation
    /// starts at: to order by, to compare, to compute with and to select.
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
    /// The expression is an `Option` if the relation is optional. Without a related row it is `NULL`, which satisfies
    /// no comparison and by default comes before all values. For a relation of the related row, nest the calls:
    /// `Enrollment::course().value(Course::department().value(Department::name()))`.
    ///
    /// The number of rows does not change: the related row is joined by a unique index on its key. To filter, you can
    /// also call [`has`](Relation::has), whose condition may use several columns.
    ///
    /// SQL: `… FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" … ORDER BY t1."name"`
    ///
    /// # Errors
    /// The query returns an error that [`is_schema_mismatch`](crate::error::Error::is_schema_mismatch) if no unique
    /// index of the database guarantees that the relation leads to at most one row.
    pub fn value<T: Comparable>(self, of: impl Into<Expression<C, T>>) -> Expression<P, K::Value<T>>
    where
        K: LeadsToOne,
    {
        let relation = self.def();
        let (depth, value) = of.into().into_related();
        Expression::of_related(value.map(|value| Expr::ValueOf(relation, Box::new(value))), depth)
    }
}

/// A relation is not a value. These functions never compile, and their bound on [`Ordering`] says so.
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
        Error::invalid(format!("`{}` is a relation, and rows cannot be ordered by it", self.def().path()))
    }
}
