//! New rows for inserts: structs whose fields are columns, and several that have the same columns.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::sql::Dialect;
use crate::value::{Timestamp, Value};

/// A struct whose fields are columns to insert: the `New…` struct of a model, for which the derive implements it.
///
/// This is a trait because the derive makes a struct for each model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row",
    label = "not the `New…` struct of a model",
    note = "the derive makes such a struct for each model, as `NewStudent {{ .. }}` for `Student`"
)]
pub trait Insertable {
    /// The model of the row.
    type Model: Mapped;

    /// The positions of the columns that have a value.
    const COLUMNS: &'static [usize];

    /// Whether it may leave a column to the database's default.
    const MAY_LEAVE_OUT: bool = false;

    /// Returns the value of the column at a position.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be stored exactly.
    fn encode(&self, column: usize) -> Result<Value<'_>>;

    /// Returns whether it leaves the column at a position to the database's default.
    fn leaves_out(&self, column: usize) -> bool {
        let _ = column;
        false
    }

    /// Whether it may have columns that store the time of the insert.
    const MAY_BE_NOW: bool = false;

    /// Returns whether the column at a position stores the time of the insert.
    fn is_now(&self, column: usize) -> bool {
        let _ = column;
        false
    }
}

/// `New…` structs that have the same columns.
pub(super) struct Given<'a, N> {
    pub(super) rows: &'a [N],
    pub(super) columns: Cow<'static, [usize]>,
    /// The time of the insert, if a row may have a column for it: the same for all rows of a statement.
    now: Option<Timestamp>,
}

/// The destination of new rows: a table, and the columns that have values.
#[derive(Clone, Copy)]
pub(super) struct Target<'c> {
    pub(super) table: &'static Table,
    pub(super) columns: &'c [usize],
    /// Whether the number of columns identifies them, so that SQL can be cached by it.
    pub(super) is_cached: bool,
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

    pub(super) fn target(&self) -> Target<'_> {
        Target { table: N::Model::TABLE, columns: &self.columns, is_cached: !N::MAY_LEAVE_OUT }
    }

    pub(super) fn encode(&self, row: usize, column: usize) -> Result<Value<'_>> {
        let new = &self.rows[row];
        match self.now {
            Some(now) if N::MAY_BE_NOW && new.is_now(column) => Ok(N::Model::TABLE.moment(column, now)),
            _ => new.encode(column),
        }
    }
}

impl Target<'_> {
    /// An error of inserting the rows, with the column of a refused value.
    pub(super) fn blame(self, error: Error, dialect: &dyn Dialect) -> Error {
        self.blame_key(error, dialect).in_columns(self.table, self.columns)
    }

    /// Does the same for a statement with this number of values of rows, and after them values for some other columns.
    pub(super) fn blame_first(self, error: Error, dialect: &dyn Dialect, first: usize, then: &[usize]) -> Error {
        let columns: Vec<usize> =
            self.columns.iter().copied().cycle().take(first).chain(then.iter().copied()).collect();
        self.blame_key(error, dialect).in_first_columns(self.table, &columns)
    }

    /// An error of inserting the rows, which may be caused by a key that the database does not generate.
    fn blame_key(self, error: Error, dialect: &dyn Dialect) -> Error {
        match self.assigned_key() {
            Some(key) if error.is_of_null_in(self.table, key) => {
                Error::key_not_assigned(self.table, key, dialect.assigned_key())
            }
            _ => error,
        }
    }

    /// The key that the rows leave to the database.
    pub(super) fn assigned_key(self) -> Option<usize> {
        match *self.table.primary_key {
            [key] if self.table.generated_key && !self.columns.contains(&key) => Some(key),
            _ => None,
        }
    }
}
