//! Some tables of the live database as they are: their columns, keys, foreign keys and conditions.

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
    /// Whether its rows lie on several servers.
    pub(crate) scattered: bool,
    pub(crate) columns: Vec<LiveColumn>,
    pub(crate) indexes: Vec<LiveIndex>,
    pub(crate) foreign_keys: Vec<LiveForeignKey>,
    /// SQL that holds its `CHECK`s.
    pub(crate) checks: Vec<String>,
    /// Why its columns cannot be told, as those of a view that names a column which is not there.
    pub(crate) problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiveKind {
    Table,
    /// A view, or what else has rows that are not its own.
    View,
    /// A view whose rows are kept, so that it may have indexes.
    StoredView,
}

#[derive(Debug)]
pub(crate) struct LiveColumn {
    pub(crate) name: String,
    pub(crate) declared: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    /// Whether the database puts a value there that no other row has.
    pub(crate) assigned: bool,
    /// Whether the database computes it from the other columns of its row.
    pub(crate) generated: bool,
}

#[derive(Debug)]
pub(crate) struct LiveIndex {
    name: String,
    /// A column that is an expression has no name, and takes its place.
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) primary: bool,
    /// Whether it leaves rows out.
    pub(crate) partial: bool,
}

#[derive(Debug)]
pub(crate) struct LiveForeignKey {
    pub(crate) name: String,
    pub(crate) target: LiveName,
    /// The columns that refer, each with the one that it refers to; `None` for the next column of the primary key.
    pub(crate) columns: Vec<(String, Option<String>)>,
    pub(crate) on_delete: String,
}

impl Live {
    /// The table that a model with this schema and name means.
    pub(crate) fn table(&self, schema: Option<&str>, name: &str, dialect: &dyn Dialect) -> Option<&LiveTable> {
        self.0.iter().find(|table| table.name.is(schema, name, dialect))
    }

    /// The table that a foreign key refers to.
    pub(crate) fn target(&self, key: &LiveForeignKey, dialect: &dyn Dialect) -> Option<&LiveTable> {
        self.0.iter().find(|table| table.name.is(Some(&key.target.schema), &key.target.name, dialect))
    }

    pub(crate) fn with(&mut self, name: &LiveName, change: impl FnOnce(&mut LiveTable)) {
        if let Some(table) = self.0.iter_mut().find(|table| table.name == *name) {
            change(table);
        }
    }
}

impl LiveTable {
    pub(crate) fn column(&self, name: &str, dialect: &dyn Dialect) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| dialect.same_name(&column.name, name))
    }

    /// The columns of the primary key; none where there is no such key.
    pub(crate) fn primary_key(&self) -> &[String] {
        self.indexes.iter().find(|index| index.primary).map_or(&[], |index| &index.columns)
    }

    /// Whether no two rows have the same values in exactly these columns, in whatever order.
    pub(crate) fn is_unique(&self, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let is_key = |index: &&LiveIndex| index.unique && !index.partial && index.columns.len() == columns.len();
        self.indexes.iter().filter(is_key).any(|index| index.begins_with_all(columns, dialect))
    }

    /// Whether an index begins with these columns, in whatever order.
    pub(crate) fn begins_with_all(&self, columns: &[&str], dialect: &dyn Dialect) -> bool {
        self.indexes.iter().any(|index| !index.partial && index.begins_with_all(columns, dialect))
    }

    /// Whether an index begins with these columns in this order.
    pub(crate) fn begins_with(&self, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let begins = |index: &LiveIndex| {
            let leading = index.columns.get(..columns.len()).unwrap_or_default();
            leading.len() == columns.len()
                && leading.iter().zip(columns).all(|(one, other)| dialect.same_name(one, other))
        };
        self.indexes.iter().any(|index| !index.partial && begins(index))
    }
}

impl LiveIndex {
    fn begins_with_all(&self, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let leading = self.columns.get(..columns.len()).unwrap_or_default();
        leading.len() == columns.len()
            && columns.iter().all(|column| leading.iter().any(|other| dialect.same_name(other, column)))
    }
}

/// Takes rows of a table, its kind, and whether its rows lie on several servers.
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

/// Takes rows of a table, a column, its type, whether it must not be `NULL`, its default, and whether the database assigns
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

/// Takes rows of a table, an index, a column, and whether the index is unique, the primary key, and partial; in the order of
/// the index's columns.
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

/// Takes rows of a table, a foreign key, a column, the table that it refers to, the column there, and what a deletion does;
/// in the order of the key's columns.
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

/// Takes rows of a table in a schema, and SQL that holds its conditions.
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
