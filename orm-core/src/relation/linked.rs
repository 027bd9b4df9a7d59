//! Many-to-many relations that are filtered and ordered by the rows of their join model, and loaded with them.

use std::sync::Arc;

use super::Relation;
use crate::ast::{Expr, Order};
use crate::column::{Condition, Filter, Ordering};
use crate::error::Result;
use crate::loaded::{Extent, Linked, Part, Record, ToMany};
use crate::mapped::Mapped;
use crate::prefetch::Plain;
use crate::schema::Through;

/// A model with a many-to-many relation, at the position `AT`, through the join model `J`.
///
/// This is a trait because the type of the links follows from the relation's position.
#[diagnostic::on_unimplemented(
    message = "the links of this relation are not rows of `{J}`",
    label = "has no links that are rows of `{J}`",
    note = "the join model is the one that the relation's attribute names, as in `#[many_to_many(courses: Course, through = Enrollment)]`",
    note = "a bare join table holds two keys and nothing else, and a `has_many` relation has no links: name a model of the table, or use the columns of the related rows"
)]
pub trait JoinedBy<const AT: usize, J> {}

/// Methods of relations whose links are rows of a model, which may have columns besides the two keys.
impl<P: Mapped, C: Mapped, const AT: usize, Row, E: Extent, B: Record<Model = C>>
    Relation<P, C, ToMany, AT, Row, E, B>
{
    /// Keeps only the rows whose link meets a condition on the join model. With [`filter`](Relation::filter), rows have
    /// to meet both.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let passed = Student::courses().filter_link(Enrollment::grade().ge(50));
    /// let students = Student::query().prefetch(passed.clone()).filter(passed.exists()).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `… JOIN "enrollments" AS t1 ON … WHERE t1."grade" >= ?`
    #[doc(alias = "wherePivot")]
    pub fn filter_link<J: Mapped>(mut self, condition: impl Filter<J>) -> Relation<P, C, ToMany, AT, Row, Part, B>
    where
        P: JoinedBy<AT, J>,
    {
        let of_link = |condition: Condition<J>| condition.within::<C>(|expr| of_link::<J>(expr));
        let condition = condition.into_condition().map(of_link);
        self.fetched_mut().draft.filter(condition);
        self.with_types()
    }

    /// Orders the rows of each parent by columns of the join model, after earlier terms.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let best_first = Student::courses().order_by_link(Enrollment::grade().desc()).limit(3);
    /// let students = Student::query().prefetch(best_first).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `… JOIN "enrollments" AS t1 ON … ORDER BY t1."grade" DESC, t0."id" DESC`
    #[doc(alias = "orderByPivot")]
    pub fn order_by_link<J: Mapped>(mut self, order: impl Ordering<J>) -> Self
    where
        P: JoinedBy<AT, J>,
    {
        self.fetched_mut().draft.order_by_terms(terms::<J>(order));
        self
    }
}

impl<P: Mapped, M: Mapped, const AT: usize, E: Extent> Relation<P, M, ToMany, AT, M, E> {
    /// Loads each row together with its link, the row of the join model: [`Linked::link`] returns it.
    ///
    /// The statement is the same, with the columns of both models. A row of several parents is loaded once for each
    /// link, and is not shared. Prefetch relations after this call:
    /// `Student::courses().with_link().prefetch(Course::department())`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// for student in Student::query().prefetch(Student::courses().with_link()).all(&db)? {
    ///     for course in student.courses() {
    ///         println!("{}: {:?}", course.title, course.link().grade);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT …, t0."id", t0."title", …, t1."student_id", t1."course_id", t1."grade" FROM …`
    #[doc(alias = "withPivot")]
    pub fn with_link<J: Mapped>(self) -> Relation<P, M, ToMany, AT, Linked<M, J>, E, Linked<M, J>>
    where
        P: JoinedBy<AT, J>,
    {
        let mut relation = self.read_as(Linked::<M, J>::outputs(), Vec::new(), Arc::new(Plain));
        let keys = relation.def().through.iter().flat_map(Through::key_columns).collect::<Vec<_>>();
        let untold = J::PRIMARY_KEY.iter().filter(|&&column| !keys.contains(&J::TABLE.columns[column].name));
        // A duplicate link leads to one row twice.
        let apart_by = untold.map(|&column| of_link::<J>(Expr::Column(column))).collect();
        relation.fetched_mut().draft.select.apart_by = apart_by;
        relation
    }
}

/// A value of the join model as a part of the query of related rows.
fn of_link<J: Mapped>(expr: Expr) -> Expr {
    Expr::OfLink(J::TABLE, Box::new(expr))
}

fn terms<J: Mapped>(order: impl Ordering<J>) -> Result<Vec<Order>> {
    let mut terms = Vec::new();
    order.append_to(&mut terms)?;
    Ok(terms.into_iter().map(|term| Order { by: of_link::<J>(term.by), ..term }).collect())
}
