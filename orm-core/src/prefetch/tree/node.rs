//! The rows of a tree with the columns by which their children are found.

use std::sync::Arc;

use crate::ast::Expr;
use crate::error::Result;
use crate::loaded::{Name, Record, stored_value};
use crate::mapped::{Mapped, no_such_column};
use crate::row::Row;
use crate::value::Value;

/// A row that is read as a node of a tree by the relation at `AT`.
///
/// A view selects its own columns, and those that its own relations start at. The columns that the tree's relation
/// starts at are selected after them, unless they are there.
pub(crate) struct NodeRow<C, const AT: usize> {
    pub(super) row: C,
    /// The values of the columns that the relation starts at; `None` if the row is a whole model.
    pub(super) key: Option<Box<[Value<'static>]>>,
}

/// What a statement selects for the nodes of a tree by the relation at `AT`; `None` if they are whole models.
pub(crate) fn node_outputs<C: Record, const AT: usize>() -> Option<Arc<[Expr]>> {
    NodeRow::<C, AT>::outputs()
}

impl<C: Record, const AT: usize> NodeRow<C, AT> {
    /// The value of a column that the relation starts at.
    pub(super) fn value(key: &[Value<'static>], column: usize) -> Result<Value<'static>> {
        let value = columns::<C, AT>().iter().zip(key).find(|(other, _)| **other == column);
        value.map_or_else(|| no_such_column::<C::Model>(column), |(_, value)| Ok(value.clone()))
    }
}

impl<C: Record, const AT: usize> Record for NodeRow<C, AT> {
    type Model = C::Model;

    fn outputs() -> Option<Arc<[Expr]>> {
        let outputs = C::outputs()?;
        Some(outputs.iter().cloned().chain(more::<C, AT>().map(Expr::Column)).collect())
    }

    fn names() -> Vec<Name> {
        let more = more::<C, AT>().map(|column| Name::Required(C::Model::TABLE.columns[column].name));
        C::names().into_iter().chain(more).collect()
    }

    fn width() -> usize {
        C::width() + more::<C, AT>().count()
    }

    fn position(column: usize) -> Option<usize> {
        let after = || more::<C, AT>().position(|other| other == column).map(|at| C::width() + at);
        C::position(column).or_else(after)
    }

    fn is_joined() -> bool {
        C::is_joined()
    }

    fn decode(row: Row<'_>, at: usize) -> Result<Self> {
        let own = C::decode(row, at)?;
        if C::outputs().is_none() {
            return Ok(NodeRow { row: own, key: None });
        }
        let value = |&column: &usize| {
            let position = Self::position(column).unwrap_or_default();
            stored_value::<C::Model>(row, at + position, column)
        };
        let key = columns::<C, AT>().iter().map(value).collect::<Result<_>>()?;
        Ok(NodeRow { row: own, key: Some(key) })
    }

    fn encode(&self, column: usize) -> Result<Value<'_>> {
        match &self.key {
            Some(key) if columns::<C, AT>().contains(&column) => Self::value(key, column),
            _ => self.row.encode(column),
        }
    }
}

/// The columns that the relation starts at.
fn columns<C: Record, const AT: usize>() -> &'static [usize] {
    C::Model::TABLE.relations[AT].from_columns
}

/// Those of them that the row itself does not select.
fn more<C: Record, const AT: usize>() -> impl Iterator<Item = usize> {
    columns::<C, AT>().iter().copied().filter(|&column| C::position(column).is_none())
}
