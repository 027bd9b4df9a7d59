//! What a row that is written to a table may come back as.

use super::indexes::text;
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, Table};
use crate::sql::Dialect;
use crate::types::Reads;

/// What a row that is written to a table may come back as.
#[derive(Debug, Default)]
pub(crate) struct Writable {
    /// The columns of the model that can be read for certain, whatever they hold.
    always: Vec<bool>,
    /// The columns that can if they hold what was sent.
    given: Vec<bool>,
}

impl Writable {
    /// What the columns of the live table say of those of its model.
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

    /// Whether a row can be read for certain that holds what was sent in these columns, and anything in the others.
    pub(crate) fn is_readable(&self, sent: &[usize]) -> bool {
        let mut columns = self.always.iter().zip(&self.given).enumerate();
        !self.always.is_empty() && columns.all(|(at, (always, given))| *always || (*given && sent.contains(&at)))
    }
}

/// The columns of a table, and whether rows are written to it as they are sent.
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
    /// Whether the field of a column can be read for certain: always, and if the column holds what was sent.
    fn readable(&self, column: &ColumnDef, dialect: &dyn Dialect) -> (bool, bool) {
        let (declared, sql_type) = (&self.declared, column.sql_type);
        let reads_all = column.reads == Reads::Every && dialect.holds_only(declared, sql_type);
        let always = reads_all && (column.nullable || self.not_null);
        (always, always || (column.reads != Reads::Unsure && dialect.keeps(declared, sql_type)))
    }
}

/// Takes rows of a column, its type, whether it must not be `NULL`, and whether its table takes rows as they are sent.
impl RowSink for WritableColumns {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.columns.push(WritableColumn { name: text(row, 0), declared: text(row, 1), not_null: row.number(2)? != 0 });
        self.plain &= row.number(3)? != 0;
        Ok(())
    }
}
