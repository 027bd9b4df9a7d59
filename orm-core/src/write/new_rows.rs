//! New rows, as inserts ask for them: structs whose fields are columns, and several that give the same columns.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::sql::Dialect;
use crate::value::{Timestamp, Value};

/// A struct whose fields are columns to insert: the `New…` struct of a model, for which the derive implements it.
///
/// A trait, since the derive makes a struct for each model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row",
    label = "not the `New…` struct of a model",
    note = "the derive makes such a struct for each model, as `NewStudent {{ .. }}` for `Student`"
)]
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

/// `New…` structs that give the same columns.
pub(super) struct Given<'a, N> {
    pub(super) rows: &'a [N],
    pub(super) columns: Cow<'static, [usize]>,
    /// The moment of the insert, where a row may have a column for it: one for the rows of a statement.
    now: Option<Timestamp>,
}

/// Where new rows go: a table, and the columns that they give values for.
#[derive(Clone, Copy)]
pub(super) struct Target<'c> {
    pub(super) table: &'static Table,
    pub(super) columns: &'c [usize],
    /// Whether the number of columns tells which they are, so that texts can be kept by it.
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
    /// An error of inserting the rows, with the column that a refused value was for.
    pub(super) fn blame(self, error: Error, dialect: &dyn Dialect) -> Error {
        self.blame_key(error, dialect).in_columns(self.table, self.columns)
    }

    /// The same for a statement with so many values of rows, and after them values for some other columns.
    pub(super) fn blame_first(self, error: Error, dialect: &dyn Dialect, first: usize, then: &[usize]) -> Error {
        let columns: Vec<usize> =
            self.columns.iter().copied().cycle().take(first).chain(then.iter().copied()).collect();
        self.blame_key(error, dialect).in_first_columns(self.table, &columns)
    }

    /// An error of inserting the rows, which may be that of a key that the database does not assign.
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
