//! Several selects whose rows are put together.

use super::{Expr, Order, Select, behind};

/// The rows of several selects of as many outputs each.
#[derive(Clone, Debug)]
pub struct Union {
    /// The first select.
    pub first: Select,
    /// The others, each with what is done with its rows and those of all before it.
    pub others: Vec<(SetOperator, Select)>,
    /// What to order by: the positions of outputs.
    pub order: Vec<Order>,
    /// The greatest number of rows to return.
    pub limit: Option<u64>,
    /// The number of rows to skip first.
    pub offset: Option<u64>,
}

/// What is done with the rows of two selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// Those of either; equal ones come once.
    Union,
    /// Those of either, all of them.
    UnionAll,
    /// Those of both, each once.
    Intersect,
    /// Those of the first that are not of the second, each once.
    Except,
}

impl Union {
    /// All rows of one select.
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

    /// What the rows are ordered by: what was asked for, then all other outputs, so that the order is the same on every run.
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

    /// Whether the rows of the selects before this one stand in brackets: everywhere `INTERSECT` is then done in its turn,
    /// and not before the operators of the others.
    pub(crate) fn is_bracketed(&self, other: usize) -> bool {
        self.others[other].0 == SetOperator::Intersect
            && self.others[..other].iter().any(|(operator, _)| *operator != SetOperator::Intersect)
    }
}
