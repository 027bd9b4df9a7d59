//! Relations from a model to itself, to any depth.

use std::fmt;

use super::Relation;
use crate::error::Error;
use crate::loaded::{Extent, Kind, Tree};
use crate::mapped::Mapped;
use crate::prefetch::{Branch, Context, Prefetch, RelationOf, Step, TreeLoading};

/// A relation from a model to itself, to any depth; what [`Relation::to_any_depth`] returns.
#[must_use = "a relation does nothing until it is prefetched"]
pub struct AnyDepth<R>(R);

impl<M: Mapped, K: Kind, const AT: usize, E: Extent> Relation<M, M, K, AT, M, E> {
    /// Follows the relation from row to row until no new one comes: one statement for each level. The rows hold a
    /// [`Tree`], whose nodes hold their own.
    ///
    /// Conditions, orders and limits count on each level. A row that is reached again is not followed again, so that a
    /// cycle ends.
    ///
    /// ```text
    /// let chiefs = Employee::query().filter(Employee::reports_to().is_null());
    /// for chief in chiefs.prefetch(Employee::reports().to_any_depth()).all(&db)? {
    ///     for (depth, employee) in chief.reports().walk() { … }
    /// }
    /// ```
    ///
    /// To follow it to a given depth, nest it: `Employee::reports().prefetch(Employee::reports())`.
    pub fn to_any_depth(self) -> AnyDepth<Self> {
        AnyDepth(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>> RelationOf<M> for AnyDepth<R> {
    type Slot = R::Slot;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, K: Kind, const AT: usize, E: Extent> Prefetch for AnyDepth<Relation<M, M, K, AT, M, E>> {
    type State = Tree<M>;

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<Tree<M>> + 'q> {
        Box::new(TreeLoading::<M>::new(self.0.def, &self.0.select))
    }

    fn plan(&self, _whole: bool, context: &Context) -> Step {
        Step { how: "to any depth, this statement for each level", ..self.0.plan(false, context) }
    }

    fn error(&self) -> Option<&Error> {
        self.0.error()
    }

    // They tell whether a row that comes again is the same.
    fn needs_indexes(&self) -> bool {
        true
    }
}

impl<R: fmt::Debug> fmt::Debug for AnyDepth<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} to any depth", self.0)
    }
}
