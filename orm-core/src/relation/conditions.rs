//! Conditions on related rows.

use std::sync::Arc;

use super::Relation;
use crate::ast::Expr;
use crate::column::Condition;
use crate::mapped::Mapped;
use crate::prefetch::RelationRows;

/// Conditions on the parents by their related rows: all of them, the rows that meet the relation's filters, or the rows
/// within its limit.
///
/// A limit applies to each parent, in the relation's order, as it does if the relation is prefetched:
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
    /// Matches the parents that have a related row which meets the condition.
    ///
    /// SQL: `EXISTS (SELECT 1 FROM "courses" AS t1 … WHERE … AND condition)`
    #[doc(alias = "some")]
    pub fn any(self, condition: Condition<M>) -> Condition<P> {
        self.leads_to(condition)
    }

    /// Matches the parents that have no related row which meets the condition, including parents without related rows.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 …))`
    pub fn none(self, condition: Condition<M>) -> Condition<P> {
        !self.leads_to(condition)
    }

    /// Matches the parents whose related rows all meet the condition, including parents without related rows. A row for
    /// which the condition is `NULL` does not meet it.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 … WHERE … AND (condition) IS NOT TRUE))`
    #[doc(alias = "every")]
    pub fn all(self, condition: Condition<M>) -> Condition<P> {
        !self.leads_to(condition.within::<M>(|expr| Expr::IsNotTrue(Box::new(expr))))
    }

    /// Matches the parents that have a related row which meets the condition, like [`any`](Relation::any); the name
    /// reads better for a to-one relation.
    #[doc(alias = "where_has")]
    #[doc(alias = "is")]
    pub fn has(self, condition: Condition<M>) -> Condition<P> {
        self.any(condition)
    }

    /// Matches the parents that have a related row.
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
