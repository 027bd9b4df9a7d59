//! Several selects whose rows are combined.

use super::{Expr, Order, Select, behind};

/// Several selects with the same number of outputs, whose rows are combined.
#[derive(Clone, Debug)]
pub struct Union {
    /// The first select.
    pub first: Select,
    /// The other selects, each with the operator that combines it with all selects before it.
    pub others: Vec<(SetOperator, Select)>,
    /// What to order by: the positions of outputs.
    pub order: Vec<Order>,
    /// The maximum number of rows to return.
    pub limit: Option<u64>,
    /// The number of rows to skip first.
    pub offset: Option<u64>,
}

/// How the rows of two selects are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// The rows of either, without duplicates.
    Union,
    /// The rows of either, with duplicates.
    UnionAll,
    /// The rows that are in both, without duplicates.
    Intersect,
    /// The rows of the first that are not in the second, without duplicates.
    Except,
}

impl Union {
    /// A union of one select.
    pub(crate) fn of(first: Select) -> Self {
        Union { first, others: Vec::new(), order: Vec::new(), limit: None, offset: None }
    }

    /// The selects, in their order.
    pub(crate) fn selects(&self) -> impl Iterator<Item = &Select> {
        std::iter::once(&self.first).chain(self.others.iter().map(|(_, select)| select))
    }

    /// Whether only some of the rows are returned.
    pub(crate) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// The same union with a limit of `rows`, or its own limit if that is lower.
    pub(crate) fn limited_to(&self, rows: u64) -> Self {
        Union { limit: Some(self.limit.map_or(rows, |limit| limit.min(rows))), ..self.clone() }
    }

    /// The complete order: the requested terms, then all other outputs, so that the order is the same on every run.
    pub(crate) fn full_order(&self) -> Vec<Order> {
        let outputs = (0..self.first.width()).map(Expr::Output);
        behind(&self.order, outputs.filter(|output| self.order.iter().all(|order| order.by != *output)))
    }

    /// Whether an output may be `NULL` in some row.
    pub(crate) fn is_nullable(&self, output: usize) -> bool {
        let nullable = |select: &Select| match select.outputs.as_deref().and_then(|outputs| outputs.get(output)) {
            Some(expr) => expr.is_nullable(select.table),
            None => true,
        };
        self.selects().any(nullable)
    }

    /// Whether the selects before this one are in parentheses: then every database applies `INTERSECT` in turn, and not
    /// before the other operators.
    pub(crate) fn is_bracketed(&self, other: usize) -> bool {
        self.others[other].0 == SetOperator::Intersect
            && self.others[..other].iter().any(|(operator, _)| *operator != SetOperator::Intersect)
    }
}
