//! How a written row is returned.

use super::indexes::text;
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, Table};
use crate::sql::Dialect;
use crate::types::{Reads, SqlType};

/// How a written row is returned.
#[derive(Debug, Default)]
pub(crate) struct Writable {
    /// The columns of the model that can always be read.
    always: Vec<bool>,
    /// The columns that can be read if they contain what was sent.
    given: Vec<bool>,
}

impl Writable {
    /// Compares the columns of the live table with the columns of its model.
    pub(crate) fn of(table: &Table, live: &WritableColumns, dialect: &dyn Dialect) -> Self {
        if !live.plain {
            return Writable::default();
        }
        let found = table.columns.iter().map(|column| {
            let live = live.columns.iter().find(|live| dialect.same_name(&live.name, column.name))?;
            Some(live.readable(column, dialect))
        });
        let found: Option<Vec<(bool, bool)>> = found.collect();
        let (always, given) = found.unwrap_or_default().into_iter().unzip();
        Writable { always, given }
    }

    /// Whether a row is returned as it is sent, if all of its columns are sent, except perhaps a key that the database
    /// generates.
    pub(crate) fn is_as_given(&self, table: &Table, sent: &[usize], assigned: Option<usize>) -> bool {
        let is_given = |at: usize| sent.contains(&at) || Some(at) == assigned && is_any_integer(&table.columns[at]);
        !self.given.is_empty() && self.given.iter().enumerate().all(|(at, given)| *given && is_given(at))
    }

    /// Whether a row can be read reliably that contains what was sent in these columns, and anything in the others.
    pub(crate) fn is_readable(&self, sent: &[usize]) -> bool {
        let mut columns = self.always.iter().zip(&self.given).enumerate();
        !self.always.is_empty() && columns.all(|(at, (always, given))| *always || (*given && sent.contains(&at)))
    }
}

/// Whether the field of a column can read every key that a database generates.
fn is_any_integer(column: &ColumnDef) -> bool {
    column.sql_type == SqlType::Int64 && column.reads == Reads::Every
}

/// The columns of a table, and whether it stores rows as they are sent.
pub(crate) struct WritableColumns {
    columns: Vec<WritableColumn>,
    plain: bool,
}

impl Default for WritableColumns {
    fn default() -> Self {
        WritableColumns { columns: Vec::new(), plain: true }
    }
}

struct WritableColumn {
    name: String,
    declared: String,
    not_null: bool,
}

impl WritableColumn {
    /// Whether the field of a column can be read reliably: always, and if the column contains what was sent.
    fn readable(&self, column: &ColumnDef, dialect: &dyn Dialect) -> (bool, bool) {
        let (declared, sql_type) = (&self.declared, column.sql_type);
        let reads_all = column.reads == Reads::Every && dialect.holds_only(declared, sql_type);
        let always = reads_all && (column.nullable || self.not_null);
        (always, always || (column.reads != Reads::Unsure && dialect.keeps(declared, sql_type)))
    }
}

/// Reads rows of a column, its type, whether it is `NOT NULL`, and whether its table stores rows as they are sent.
impl RowSink for WritableColumns {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.columns.push(WritableColumn { name: text(row, 0), declared: text(row, 1), not_null: row.number(2)? != 0 });
        self.plain &= row.number(3)? != 0;
        Ok(())
    }
}
