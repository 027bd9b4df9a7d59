//! Some tables of the live database: their columns, keys, foreign keys and conditions.

use super::LiveName;
use super::indexes::text;
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::sql::Dialect;
use crate::value::ValueRef;

/// Some tables of the live database.
#[derive(Debug, Default)]
pub(crate) struct Live(pub(crate) Vec<LiveTable>);

#[derive(Debug)]
pub(crate) struct LiveTable {
    pub(crate) name: LiveName,
    pub(crate) kind: LiveKind,
    /// Whether its rows are on several servers.
    pub(crate) scattered: bool,
    pub(crate) columns: Vec<LiveColumn>,
    pub(crate) indexes: Vec<LiveIndex>,
    pub(crate) foreign_keys: Vec<LiveForeignKey>,
    /// SQL that contains its `CHECK`s.
    pub(crate) checks: Vec<String>,
    /// Why its columns cannot be read, as for a view that uses a missing column.
    pub(crate) problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiveKind {
    Table,
    /// A view, or something else that does not store its rows.
    View,
    /// A materialized view, which may have indexes.
    StoredView,
}

#[derive(Debug)]
pub(crate) struct LiveColumn {
    pub(crate) name: String,
    pub(crate) declared: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    /// Whether the database generates a unique value for it.
    pub(crate) assigned: bool,
    /// Whether it is a generated column.
    pub(crate) generated: bool,
}

#[derive(Debug)]
pub(crate) struct LiveIndex {
    pub(crate) name: String,
    /// A column that is an expression has an empty name.
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) primary: bool,
    /// Whether it is a partial index.
    pub(crate) partial: bool,
}

#[derive(Debug)]
pub(crate) struct LiveForeignKey {
    pub(crate) name: String,
    pub(crate) target: LiveName,
    /// The columns of the key, each with the column that it refers to; `None` for the next column of the primary key.
    pub(crate) columns: Vec<(String, Option<String>)>,
    pub(crate) on_delete: String,
}

impl Live {
    /// The table that a model with this schema and name refers to.
    pub(crate) fn table(&self, schema: Option<&str>, name: &str, dialect: &dyn Dialect) -> Option<&LiveTable> {
        self.0.iter().find(|table| table.name.is(schema, name, dialect))
    }

    pub(crate) fn with(&mut self, name: &LiveName, change: impl FnOnce(&mut LiveTable)) {
        if let Some(table) = self.0.iter_mut().find(|table| table.name == *name) {
            change(table);
        }
    }
}

/// Reads rows of a table, its kind, and whether its rows are on several servers.
impl RowSink for Live {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let kind = match &*text(row, 3) {
            "table" => LiveKind::Table,
            "materialized view" => LiveKind::StoredView,
            _ => LiveKind::View,
        };
        self.0.push(LiveTable {
            name: LiveName::read(row, 0)?,
            kind,
            scattered: row.number(4)? != 0,
            columns: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            problem: None,
        });
        Ok(())
    }
}

/// Reads rows of a table, a column, its type, whether it is `NOT NULL`, its default, and whether the database generates
/// its values.
pub(crate) struct ColumnsOfTables<'l>(pub(crate) &'l mut Live);

impl RowSink for ColumnsOfTables<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let default = row.value(6).is_ok_and(|value| !matches!(value, ValueRef::Null)).then(|| text(row, 6));
        let column = LiveColumn {
            name: text(row, 3),
            declared: text(row, 4),
            not_null: row.number(5)? != 0,
            default,
            assigned: row.number(7)? != 0,
            generated: row.number(8)? != 0,
        };
        self.0.with(&LiveName::read(row, 0)?, |table| table.columns.push(column));
        Ok(())
    }
}

/// Reads rows of a table, an index, a column, and whether the index is unique, the primary key, and partial; in the
/// order of the index's columns.
pub(crate) struct Indexed<'l>(pub(crate) &'l mut Live);

impl RowSink for Indexed<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (name, column) = (text(row, 3), text(row, 4));
        let [unique, primary, partial] = [row.number(5)?, row.number(6)?, row.number(7)?].map(|number| number != 0);
        self.0.with(&LiveName::read(row, 0)?, |table| match table.indexes.last_mut() {
            Some(index) if index.name == name => index.columns.push(column),
            _ => table.indexes.push(LiveIndex { name, columns: vec![column], unique, primary, partial }),
        });
        Ok(())
    }
}

/// Reads rows of a table, a foreign key, a column, the table that it refers to, the column there, and the `ON DELETE`
/// action; in the order of the key's columns.
pub(crate) struct ForeignKeys(pub(crate) Vec<(LiveName, LiveForeignKey)>);

impl RowSink for ForeignKeys {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, name) = (LiveName::read(row, 0)?, text(row, 3));
        let to = row.value(8).is_ok_and(|value| !matches!(value, ValueRef::Null)).then(|| text(row, 8));
        let column = (text(row, 4), to);
        match self.0.last_mut() {
            Some((of, key)) if *of == table && key.name == name => key.columns.push(column),
            _ => {
                let target = LiveName::read(row, 5)?;
                let key = LiveForeignKey { name, target, columns: vec![column], on_delete: text(row, 9) };
                self.0.push((table, key));
            }
        }
        Ok(())
    }
}

/// Reads rows of a table in a schema, and SQL that contains its conditions.
pub(crate) struct Checks<'l> {
    pub(crate) live: &'l mut Live,
    pub(crate) schema: &'l str,
}

impl RowSink for Checks<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (name, sql) = (text(row, 0), text(row, 1));
        let is_it = |table: &&mut LiveTable| table.name.schema == self.schema && table.name.name == name;
        if let Some(table) = self.live.0.iter_mut().find(is_it) {
            table.checks.push(sql);
        }
        Ok(())
    }
}
