//! To-one relations that are loaded by a JOIN in the query's own statement.

use super::Relation;
use crate::loaded::{Extent, Kind, ToMaybe, ToOne};
use crate::mapped::Mapped;

/// Kinds of relations that lead to at most one row.
///
/// This is a trait so that a to-many relation can neither be joined nor read as a value.
#[diagnostic::on_unimplemented(
    message = "this needs a to-one relation, and the relation is to-many",
    label = "leads to many rows",
    note = "many rows have no single value: compute one from all of them, such as `.count()` or `.max(column)`, or ask whether one meets a condition, `.any(condition)`",
    note = "many rows are not joined, since each would repeat the row it belongs to: prefetch the relation without `.joined()`"
)]
pub trait LeadsToOne: Kind {}

impl LeadsToOne for ToOne {}
impl LeadsToOne for ToMaybe {}

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent, B> Relation<P, C, K, AT, Row, E, B> {
    /// Loads the related row with a `LEFT JOIN` in the statement of the rows that refer to it, instead of a second
    /// statement. The rows are the same, and related rows that several parents share are still decoded once.
    ///
    /// This saves a statement, which matters for small results; in large ones the related columns are repeated in each
    /// row. Only a `belongs_to` relation is joined, and only by the target's primary key. It falls back to a separate
    /// statement in a limited relation or another join, if a join could repeat rows, and if the rows are read as views
    /// or to any depth.
    #[doc(alias = "select_related")]
    #[doc(alias = "eager_load")]
    #[doc(alias = "joinedload")]
    ///
    /// SQL: `SELECT t0."id", …, t1."id", … FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON …`
    pub fn joined(mut self) -> Self
    where
        K: LeadsToOne,
    {
        self.fetched_mut().joined = true;
        self
    }
}
