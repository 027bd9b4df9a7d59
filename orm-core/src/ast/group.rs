//! Rows put together in groups, and what has one value in each.

use super::{Expr, Order};
use crate::schema::RelationDef;

/// Rows put together in groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The columns and computed values in which the rows of a group are equal; all rows are one group when there are none.
    pub by: Vec<Expr>,
    /// Conditions on the groups.
    pub having: Vec<Expr>,
}

/// What has several values in a group of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Loose {
    /// The column at a position.
    Column(usize),
    /// A value of the row that a to-one relation leads to.
    ValueOf(&'static RelationDef),
}

impl Group {
    /// Those of the keys that an order does not hold.
    pub(super) fn untold<'g>(&'g self, orders: &'g [Order]) -> impl Iterator<Item = Expr> + 'g {
        let told = |key: &&Expr| orders.iter().any(|order| order.by == **key);
        self.by.iter().filter(move |key| !told(key)).cloned()
    }

    /// What has several values in a group, of an expression, if something has.
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

    /// A column that a relation starts from and that is no key.
    fn loose_key(&self, relation: &RelationDef) -> Option<Loose> {
        let mut columns = relation.from_columns.iter().copied();
        columns.find(|column| !self.by.contains(&Expr::Column(*column))).map(Loose::Column)
    }
}

impl Expr {
    /// Whether a value computed from all rows of a group stands in it.
    pub(crate) fn is_of_group(&self) -> bool {
        let mut is_of_group = false;
        self.visit(&mut |expr| {
            is_of_group |= expr.is_aggregate();
            !is_of_group
        });
        is_of_group
    }
}
