//! New rows, as inserts ask for them: structs whose fields are columns, and several that give the same columns.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::sql::Dialect;
use crate::value::{Timestamp, Value};

/// A struct whose fields are columns to insert: the `New…` struct of a model.
pub trait Insertable {
    /// The model that it makes.
    type Model: Mapped;

    /// The positions of the columns that it gives values for.
    const COLUMNS: &'static [usize];

    /// Whether it may leave a column to the database's default.
    const MAY_LEAVE_OUT: bool = false;

    /// The value for the column at a position.
    ///
    /// # Errors
    ///
    /// When it cannot be stored exactly.
    fn encode(&self, column: usize) -> Result<Value<'_>>;

    /// Whether it leaves the column at a position to the database's default.
    fn leaves_out(&self, column: usize) -> bool {
        let _ = column;
        false
    }

    /// Whether it may have columns that are to hold the moment of the insert.
    const MAY_BE_NOW: bool = false;

    /// Whether the column at a position is to hold the moment of the insert.
    fn is_now(&self, column: usize) -> bool {
        let _ = column;
        false
    }
}

/// Rows to be inserted with the same columns.
pub(super) trait NewRows {
    type Model: Mapped;

    /// Whether the number of columns tells which they are, so that texts can be kept by it.
    const IS_CACHED: bool = true;

    fn columns(&self) -> &[usize];
    fn encode(&self, row: usize, column: usize) -> Result<Value<'_>>;

    /// An error of inserting them, with the column that a refused value was for.
    fn blame(&self, error: Error, dialect: &dyn Dialect) -> Error {
        let table = Self::Model::TABLE;
        match self.assigned_key() {
            Some(key) if error.is_of_null_in(table, key) => Error::key_not_assigned(table, key, dialect.assigned_key()),
            _ => error.in_columns(table, self.columns()),
        }
    }

    /// The key that the rows leave to the database.
    fn assigned_key(&self) -> Option<usize> {
        let table = Self::Model::TABLE;
        match *table.primary_key {
            [key] if table.generated_key && !self.columns().contains(&key) => Some(key),
            _ => None,
        }
    }
}

/// `New…` structs that give the same columns.
pub(super) struct Given<'a, N> {
    pub(super) rows: &'a [N],
    pub(super) columns: Cow<'static, [usize]>,
    /// The moment of the insert, where a row may have a column for it: one for the rows of a statement.
    now: Option<Timestamp>,
}

impl<'a, N: Insertable> Given<'a, N> {
    pub(super) fn of(rows: &'a [N]) -> Self {
        let mut columns = Cow::Borrowed(N::COLUMNS);
        if let Some(first) = rows.first().filter(|_| N::MAY_LEAVE_OUT) {
            columns = N::COLUMNS.iter().copied().filter(|&column| !first.leaves_out(column)).collect();
        }
        Given { rows, columns, now: N::MAY_BE_NOW.then(Timestamp::now) }
    }

    pub(super) fn same_columns(one: &N, other: &N) -> bool {
        let is_same = |&column: &usize| one.leaves_out(column) == other.leaves_out(column);
        !N::MAY_LEAVE_OUT || N::COLUMNS.iter().all(is_same)
    }
}

impl<N: Insertable> NewRows for Given<'_, N> {
    type Model = N::Model;

    const IS_CACHED: bool = !N::MAY_LEAVE_OUT;

    fn columns(&self) -> &[usize] {
        &self.columns
    }

    fn encode(&self, row: usize, column: usize) -> Result<Value<'_>> {
        let new = &self.rows[row];
        match self.now {
            Some(now) if N::MAY_BE_NOW && new.is_now(column) => Ok(N::Model::TABLE.moment(column, now)),
            _ => new.encode(column),
        }
    }
}
