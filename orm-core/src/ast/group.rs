//! Grouped rows, and the values that each group has one of.

use super::{Expr, Order};
use crate::schema::RelationDef;

/// A `GROUP BY` with its `HAVING`.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The columns and expressions to group by; if there are none, all rows are one group.
    pub by: Vec<Expr>,
    /// Conditions on the groups.
    pub having: Vec<Expr>,
}

/// What has several values in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Loose {
    /// The column at a position.
    Column(usize),
    /// A value of the row that a to-one relation leads to.
    ValueOf(&'static RelationDef),
}

impl Group {
    /// The keys that are missing in an order.
    pub(super) fn untold<'g>(&'g self, orders: &'g [Order]) -> impl Iterator<Item = Expr> + 'g {
        let told = |key: &&Expr| orders.iter().any(|order| order.by == **key);
        self.by.iter().filter(move |key| !told(key)).cloned()
    }

    /// The first part of an expression that has several values in a group, if there is one.
    pub(crate) fn loose(&self, expr: &Expr) -> Option<Loose> {
        let mut loose = None;
        expr.visit(&mut |expr| {
            if self.by.contains(expr) {
                return false;
            }
            loose = loose.or_else(|| match expr {
                Expr::Column(column) => Some(Loose::Column(*column)),
                Expr::Exists(relation, _)
                | Expr::ExistsAmong(relation, ..)
                | Expr::OfRelated(relation, ..)
                | Expr::Joined(relation, _) => self.loose_key(relation),
                Expr::ValueOf(relation, _) => Some(Loose::ValueOf(relation)),
                _ => None,
            });
            loose.is_none() && !expr.is_aggregate()
        });
        loose
    }

    /// A column that a relation starts at and that is not grouped by.
    fn loose_key(&self, relation: &RelationDef) -> Option<Loose> {
        let mut columns = relation.from_columns.iter().copied();
        columns.find(|column| !self.by.contains(&Expr::Column(*column))).map(Loose::Column)
    }
}

impl Expr {
    /// Whether the expression contains an aggregate.
    pub(crate) fn is_of_group(&self) -> bool {
        let mut is_of_group = false;
        self.visit(&mut |expr| {
            is_of_group |= expr.is_aggregate();
            !is_of_group
        });
        is_of_group
    }
}
