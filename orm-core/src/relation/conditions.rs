//! Conditions on the rows that a relation leads to.

use std::sync::Arc;

use super::Relation;
use crate::ast::Expr;
use crate::column::Condition;
use crate::mapped::Mapped;
use crate::prefetch::RelationRows;

/// Conditions on the parents by the rows that the relation leads to: all of them, those that meet its filters, or those within
/// its limits.
///
/// A limit counts for each parent, in the relation's order, as it does where the relation is prefetched:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let latest = Student::courses().order_by(Course::id().desc()).limit(1);
/// let students = Student::query().filter(latest.any(Course::title().eq("Algebra"))).all(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// SQL: `EXISTS (SELECT 1 FROM (SELECT … WHERE … ORDER BY t1."id" DESC LIMIT ?) AS t2 WHERE …)`
impl<P: Mapped, M: Mapped, K, const AT: usize, E> Relation<P, M, K, AT, M, E> {
    /// Is met by the parents for which the relation leads to a row that meets the condition.
    ///
    /// SQL: `EXISTS (SELECT 1 FROM "courses" AS t1 … WHERE … AND condition)`
    #[doc(alias = "some")]
    pub fn any(self, condition: Condition<M>) -> Condition<P> {
        self.leads_to(condition)
    }

    /// Is met by the parents for which the relation leads to no row that meets the condition, and so by those for which it
    /// leads to no row at all.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 …))`
    pub fn none(self, condition: Condition<M>) -> Condition<P> {
        !self.leads_to(condition)
    }

    /// Is met by the parents for which every row that the relation leads to meets the condition, and so by those for which it
    /// leads to no row at all. A condition that is not known because of a `NULL` is not met.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 … WHERE … AND (condition) IS NOT TRUE))`
    #[doc(alias = "every")]
    pub fn all(self, condition: Condition<M>) -> Condition<P> {
        !self.leads_to(condition.within::<M>(|expr| Expr::IsNotTrue(Box::new(expr))))
    }

    /// Is met by the parents for which the relation leads to a row that meets the condition: [`any`](Relation::any), in the
    /// word that fits a to-one relation.
    #[doc(alias = "is")]
    pub fn has(self, condition: Condition<M>) -> Condition<P> {
        self.any(condition)
    }

    /// Is met by the parents for which the relation leads to some row.
    ///
    /// SQL: `EXISTS (SELECT 1 FROM "courses" AS t1 … WHERE …)`
    pub fn exists(self) -> Condition<P> {
        self.leads_to(Condition::new(Expr::And(Vec::new())))
    }

    fn leads_to(self, condition: Condition<M>) -> Condition<P> {
        let RelationRows { relation, draft, .. } = Arc::unwrap_or_clone(self.fetched);
        if draft.error.is_some() {
            return Condition::failed(draft.error);
        }
        let (select, depth) = (draft.select, draft.depth + 1);
        let condition = condition.within(|expr| {
            if select.is_limited() {
                return Expr::ExistsAmong(relation, Box::new(select), Box::new(expr));
            }
            Expr::Exists(relation, Box::new(select.filter.into_iter().fold(expr, Expr::and)))
        });
        condition.at_depth(depth)
    }
}
