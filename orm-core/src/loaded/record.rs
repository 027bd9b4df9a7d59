//! A row as loading sees it: a whole model, or the part of one that a view names.

use std::sync::Arc;

use crate::ast::Expr;
use crate::error::Result;
use crate::mapped::Mapped;
use crate::row::Row;
use crate::value::Value;

/// A row of a model's table: what a statement selects of it, and the values by which others are found.
///
/// A trait, since relations are loaded onto models and onto views alike.
pub trait Record: Sized + 'static {
    /// The model.
    type Model: Mapped;

    /// What is selected, if not the model's columns.
    fn outputs() -> Option<Arc<[Expr]>>;

    /// What a statement of the user's own must call them.
    fn names() -> Vec<Name>;

    /// How many values that are.
    fn width() -> usize;

    /// Where a column of the model stands among them, if it does.
    fn position(column: usize) -> Option<usize>;

    /// Where a column of the primary key stands, which is always selected.
    #[inline]
    #[must_use]
    fn key_position(column: usize) -> usize {
        Self::position(column).unwrap_or_default()
    }

    /// Reads it from a row in which it begins at `at`.
    ///
    /// # Errors
    ///
    /// When a value does not fit its Rust type.
    fn decode(row: Row<'_>, at: usize) -> Result<Self>;

    /// Whether some of it is read from a row that is joined to it.
    #[must_use]
    fn is_joined() -> bool {
        Self::outputs().is_some_and(|outputs| outputs.iter().any(|output| matches!(output, Expr::Joined(..))))
    }

    /// Whether two rows have the primary key in common.
    ///
    /// # Errors
    ///
    /// When no database could hold a value of it.
    fn has_same_key(&self, other: &Self) -> Result<bool> {
        for &column in Self::Model::PRIMARY_KEY {
            if self.encode(column)? != other.encode(column)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of a column of the model, which is one of the primary key or one that a relation of the row starts at.
    ///
    /// # Errors
    ///
    /// When no database could hold the value.
    fn encode(&self, column: usize) -> Result<Value<'_>>;
}

impl<M: Mapped> Record for M {
    type Model = M;

    fn outputs() -> Option<Arc<[Expr]>> {
        None
    }

    fn names() -> Vec<Name> {
        M::TABLE.columns.iter().map(|column| Name::Required(column.name)).collect()
    }

    #[inline]
    fn width() -> usize {
        M::TABLE.columns.len()
    }

    #[inline]
    fn position(column: usize) -> Option<usize> {
        Some(column)
    }

    #[inline]
    fn decode(row: Row<'_>, at: usize) -> Result<Self> {
        M::decode(row, at)
    }

    #[inline]
    fn encode(&self, column: usize) -> Result<Value<'_>> {
        Mapped::encode(self, column)
    }
}

/// What a statement of the user's own calls a value of a view.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// It must return a column of this name.
    Required(&'static str),
    /// It may.
    Optional(&'static str),
    /// It cannot.
    None,
}
