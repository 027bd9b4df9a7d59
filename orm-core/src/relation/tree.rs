//! Relations from a model to itself, to any depth.

use std::fmt;
use std::sync::Arc;

use super::{Named, Relation};
use crate::column::{Filter, Ordering};
use crate::error::Error;
use crate::loaded::{Extent, Kind, Part, Record, Tree};
use crate::mapped::Mapped;
use crate::prefetch::{Branch, Fetch, Prefetch, RelationOf, TreeLoading, node_outputs};

/// A relation from a model to itself, to any depth: the result of [`Relation::to_any_depth`].
#[must_use = "a relation does nothing until it is prefetched"]
pub struct AnyDepth<R>(R);

impl<M: Mapped, K: Kind, const AT: usize, Row, E: Extent, B: Record<Model = M>> Relation<M, M, K, AT, Row, E, B> {
    /// Follows the relation from row to row until there are no new rows: one statement for each level. The rows hold a
    /// [`Tree`], whose nodes hold their children.
    #[doc(alias = "recursive")]
    #[doc(alias = "descendants")]
    #[doc(alias = "with_recursive")]
    ///
    /// Conditions, orders and limits apply to each level. Cycles are detected: a row that was reached before is not
    /// expanded again.
    ///
    /// ```
    /// # use orm::{Db, Model, Result};
    /// # #[derive(Model)]
    /// # #[has_many(reports: Employee, foreign_key = reports_to)]
    /// # struct Employee { id: i64, name: String, #[belongs_to(chief: Employee)] reports_to: Option<i64> }
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// # db.create_tables::<Employee>()?;
    /// let chiefs = Employee::query().filter(Employee::reports_to().is_null());
    /// for chief in chiefs.prefetch(Employee::reports().to_any_depth()).all(&db)? {
    ///     for (depth, employee) in chief.reports().walk() {
    ///         println!("{}{}", "  ".repeat(depth), employee.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Relations that are prefetched in the relation are loaded for all nodes, with one statement for the rows of all
    /// levels together: `Comment::replies().prefetch(Comment::author()).to_any_depth()`.
    ///
    /// To follow it to a given depth, nest it: `Employee::reports().prefetch(Employee::reports())`.
    ///
    /// Several links may lead to one node, so a tree of rows with their links is an error that
    /// [`is_invalid`](Error::is_invalid).
    pub fn to_any_depth(mut self) -> AnyDepth<Self> {
        if self.fetched.draft.select.selects_links() {
            let path = self.def().path();
            let refusal =
                format!("a node of the tree of `{path}` is reached by any number of links; leave out `with_link`");
            self.fetched_mut().draft.remember(Error::invalid(refusal));
        }
        AnyDepth(self.with_node_keys())
    }

    /// Selects the columns by which the next level is found.
    pub(crate) fn with_node_keys(mut self) -> Self {
        let outputs = node_outputs::<B, AT>();
        if outputs.is_some() {
            self.fetched_mut().draft.select.outputs = outputs;
        }
        self
    }
}

impl<M: Mapped, K: Kind, const AT: usize, Row, E: Extent, B: Record<Model = M>>
    AnyDepth<Relation<M, M, K, AT, Row, E, B>>
{
    /// Loads only the rows that meet the condition, and their descendants that meet it too; all rows for `None`.
    pub fn filter(self, condition: impl Filter<M>) -> AnyDepth<Relation<M, M, K, AT, Row, Part, B>> {
        AnyDepth(self.0.filter(condition))
    }

    /// Orders the children of each row by these terms.
    pub fn order_by(self, order: impl Ordering<M>) -> Self {
        AnyDepth(self.0.order_by(order))
    }
}

impl<R> AnyDepth<R> {
    pub(crate) fn map<R2>(self, change: impl FnOnce(R) -> R2) -> AnyDepth<R2> {
        AnyDepth(change(self.0))
    }

    /// Gives the tree a name: a unit struct that you declare.
    pub fn named<N>(self, name: N) -> Named<N, Self> {
        Named::new(self, name)
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
impl<M, K, const AT: usize, Row, E, B> Prefetch for AnyDepth<Relation<M, M, K, AT, Row, E, B>>
where
    M: Mapped,
    K: Kind,
    Row: 'static,
    E: Extent,
    B: Record<Model = M>,
{
    type State = Tree<Row>;

    fn fetch(&self) -> Fetch {
        Fetch::Tree(Arc::clone(&self.0.fetched))
    }

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<Tree<Row>> + 'q> {
        Box::new(TreeLoading::<B, Row, AT>::new(&self.0.fetched, &*self.0.loader))
    }
}

impl<R: fmt::Debug> fmt::Debug for AnyDepth<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} to any depth", self.0)
    }
}
