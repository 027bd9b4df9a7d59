//! A statement that writes rows and returns them.

use crate::mapped::Mapped;
use crate::types::Param;

/// A statement that writes rows of one table and returns all of their columns.
pub(in crate::write) struct Writing<'w> {
    pub(in crate::write) text: &'w str,
    pub(in crate::write) params: &'w [Param<'w>],
    /// The columns of the parameters of a row.
    pub(in crate::write) columns: &'w [usize],
    /// The columns of a key by which the row can be told.
    pub(in crate::write) told_by: &'w [usize],
    /// The columns in which a row that comes back holds what is sent.
    pub(in crate::write) sent: &'w [usize],
    /// Whether it writes the row of a key, of which the table may have several.
    pub(in crate::write) by_key: bool,
}

impl<'w> Writing<'w> {
    /// An insert of rows that give values for some columns.
    pub(in crate::write) fn of_new<M: Mapped>(text: &'w str, params: &'w [Param<'w>], columns: &'w [usize]) -> Self {
        Writing { text, params, columns, told_by: M::PRIMARY_KEY, sent: columns, by_key: false }
    }
}
