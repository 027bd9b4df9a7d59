//! Rows that relations are loaded onto: a whole model, or the part of one that a view reads.

use std::sync::Arc;

use crate::ast::Expr;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::Row;
use crate::types::{Form, meaning};
use crate::value::{Mismatch, Value, ValueRef};

/// A row of a model's table: the values that a statement selects of it, and the values by which related rows are found.
///
/// This is a trait because relations are loaded onto models and onto views.
pub trait Record: Sized + 'static {
    /// The model.
    type Model: Mapped;

    /// Returns the selected values, if they are not the model's columns.
    fn outputs() -> Option<Arc<[Expr]>>;

    /// Returns the names that the columns of a raw SQL statement must have.
    fn names() -> Vec<Name>;

    /// Returns the number of selected values.
    fn width() -> usize;

    /// Returns the position of a column of the model among them, if it is selected.
    fn position(column: usize) -> Option<usize>;

    /// Returns the position of a column of the primary key, which is always selected.
    #[inline]
    #[must_use]
    fn key_position(column: usize) -> usize {
        Self::position(column).unwrap_or_default()
    }

    /// Reads the row, whose values begin at `at`.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type.
    fn decode(row: Row<'_>, at: usize) -> Result<Self>;

    /// Whether some of its values are read from a joined row.
    #[must_use]
    fn is_joined() -> bool {
        Self::outputs().is_some_and(|outputs| outputs.iter().any(|output| matches!(output, Expr::Joined(..))))
    }

    /// Whether two rows have the same primary key.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store a value of it.
    fn has_same_key(&self, other: &Self) -> Result<bool> {
        for &column in Self::Model::PRIMARY_KEY {
            if self.encode(column)? != other.encode(column)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the value of a column of the model, which belongs to the primary key or is one that a relation starts
    /// at.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store the value.
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

/// The value of a column of a row, by which related rows are found.
///
/// # Errors
///
/// Returns an error if the value does not fit the column's stored form.
pub(crate) fn stored_value<M: Mapped>(row: Row<'_>, at: usize, column: usize) -> Result<Value<'static>> {
    let column = &M::TABLE.columns[column];
    // A key is compared with keys of other tables, which may have other stored forms.
    let meant = |value: ValueRef<'_>| match column.form {
        Form::Native => Ok(value.to_owned()),
        form => meaning(form, value, column.sql_type).ok_or(Mismatch::Kind { found: value.kind() }),
    };
    row.value(at).and_then(meant).map_err(|mismatch| Error::decode(M::TABLE, column, mismatch))
}

/// The name of a view's value in a raw SQL statement.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// The statement must return a column with this name.
    Required(&'static str),
    /// The statement may return a column with this name.
    Optional(&'static str),
    /// No column can have it.
    None,
}
