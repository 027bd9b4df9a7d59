//! A statement that writes rows and returns them.

use crate::mapped::Mapped;
use crate::sql::Sql;
use crate::types::Param;

/// A statement that writes rows of one table and returns all of their columns.
pub(crate) struct Writing<'w> {
    pub(crate) text: &'w str,
    pub(crate) params: &'w [Param<'w>],
    /// The columns of a row's parameters.
    pub(crate) columns: &'w [usize],
    /// The columns of a key that identifies the row.
    pub(crate) told_by: &'w [usize],
    /// The columns in which a returned row contains what is sent.
    pub(crate) sent: &'w [usize],
    /// Whether it writes the row of a key, which the table may have several times.
    pub(crate) by_key: bool,
}

impl<'w> Writing<'w> {
    /// An insert of rows that give values for some columns.
    pub(crate) fn of_new<M: Mapped>(text: &'w str, params: &'w [Param<'w>], columns: &'w [usize]) -> Self {
        Writing { text, params, columns, told_by: M::PRIMARY_KEY, sent: columns, by_key: false }
    }

    /// A change or deletion of any number of rows.
    pub(crate) fn of_any(sql: &'w Sql, sent: &'w [usize]) -> Self {
        Writing { text: &sql.text, params: &sql.params, columns: &[], told_by: &[], sent, by_key: false }
    }
}
