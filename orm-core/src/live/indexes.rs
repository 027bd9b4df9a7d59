//! What is known of the indexes and foreign keys of the live database.

use std::sync::Arc;

use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::schema::{RelationDef, Table};
use crate::sql::Dialect;
use crate::value::ValueRef;

/// The indexes and foreign keys that were looked up.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) indexes: Option<Arc<Indexes>>,
    pub(crate) references: Option<Arc<References>>,
}

/// Indexes: their tables and columns.
#[derive(Debug, Default)]
pub struct Indexes(Vec<Index>);

#[derive(Debug)]
struct Index {
    table: LiveName,
    name: String,
    columns: Vec<String>,
    /// Whether the rows of its table are on several servers.
    scattered: bool,
    /// Whether it is unique, at any time in a transaction.
    unique: bool,
    /// Whether its table has triggers.
    triggers: bool,
    /// The average size of a row of its table in bytes, if the database knows it.
    row_bytes: Option<u64>,
}

/// The foreign keys that a database enforces.
#[derive(Debug, Default)]
pub struct References(Vec<Reference>);

/// A foreign key of one column.
#[derive(Debug)]
struct Reference {
    from: LiveName,
    column: String,
    to: LiveName,
    /// The column that it refers to; empty for the primary key.
    referred: String,
}

/// What is read from the catalog.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// The indexes.
    pub indexes: bool,
    /// The foreign keys.
    pub references: bool,
}

impl Needs {
    /// Only the indexes.
    pub(crate) const INDEXES: Needs = Needs { indexes: true, references: false };

    pub(crate) fn is_nothing(self) -> bool {
        !self.indexes && !self.references
    }
}

impl Indexes {
    /// Whether some index of the table begins with these columns, in any order.
    pub(crate) fn begin_with(
        &self,
        schema: Option<&str>,
        table: &str,
        columns: &[&str],
        dialect: &dyn Dialect,
    ) -> bool {
        self.0.iter().any(|index| {
            let leading = index.columns.get(..columns.len());
            let holds = |column: &&str| {
                leading.is_some_and(|leading| leading.iter().any(|other| dialect.same_name(other, column)))
            };
            index.table.is(schema, table, dialect) && columns.iter().all(holds)
        })
    }

    /// Whether the first column of an index occurs in a condition on its table; true for an unknown index.
    pub(crate) fn begins_within(&self, index: &str, condition: &str) -> bool {
        let words: Vec<&str> = condition.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
        let mut known = self.0.iter().filter(|known| known.name == index).peekable();
        known.peek().is_none()
            || known.any(|known| known.columns.first().is_none_or(|first| words.contains(&first.as_str())))
    }

    /// Whether the table has a unique key of exactly these columns.
    pub(crate) fn is_unique(&self, schema: Option<&str>, table: &str, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let is_of = |index: &Index| {
            index.columns.len() == columns.len()
                && index.columns.iter().all(|own| columns.iter().any(|column| dialect.same_name(own, column)))
        };
        self.0.iter().any(|index| index.unique && is_of(index) && index.table.is(schema, table, dialect))
    }

    /// Whether the database guarantees that the primary key of a table is unique.
    pub(crate) fn tells_apart(&self, table: &Table, dialect: &dyn Dialect) -> bool {
        self.tell_apart(table, table.primary_key, dialect)
    }

    /// Whether the database guarantees that no two rows of a table have the same values in all of these columns.
    pub(crate) fn tell_apart(&self, table: &Table, columns: &[usize], dialect: &dyn Dialect) -> bool {
        let is_one = |own: &String| table.names(columns).any(|column| dialect.same_name(own, column));
        self.0.iter().any(|index| {
            index.unique && index.columns.iter().all(is_one) && index.table.is(table.schema, table.name, dialect)
        })
    }

    /// Whether the table has triggers, or is unknown.
    pub(crate) fn may_have_triggers(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> bool {
        self.0.iter().find(|index| index.table.is(schema, table, dialect)).is_none_or(|index| index.triggers)
    }

    /// The average size of a row of the table in bytes, if the database knows it.
    pub(crate) fn row_bytes(&self, table: &Table, dialect: &dyn Dialect) -> Option<u64> {
        self.0.iter().find(|index| index.table.is(table.schema, table.name, dialect))?.row_bytes
    }

    /// Whether the rows of the table are on several servers. A table without any index counts as being on one.
    pub(crate) fn is_scattered(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> bool {
        self.0.iter().any(|index| index.scattered && index.table.is(schema, table, dialect))
    }
}

impl References {
    /// Whether the database enforces that the column refers to a row of this relation's starting table. Only relations
    /// with a single key column are looked up.
    pub(crate) fn hold(&self, relation: &RelationDef, dialect: &dyn Dialect) -> bool {
        let (parent, target) = ((relation.from)(), (relation.to)());
        let &[key] = relation.from_columns else { return false };
        let (schema, table, column) = match &relation.through {
            Some(through) => (through.schema, through.table, through.left.first().copied()),
            None => (target.schema, target.name, target.names(relation.to_columns).next()),
        };
        self.0.iter().any(|reference| {
            let refers = match &*reference.referred {
                "" => parent.primary_key == relation.from_columns,
                referred => dialect.same_name(referred, parent.columns[key].name),
            };
            refers
                && column.is_some_and(|column| dialect.same_name(&reference.column, column))
                && reference.from.is(schema, table, dialect)
                && reference.to.is(parent.schema, parent.name, dialect)
        })
    }
}

/// Reads rows of a foreign key of one column: its table, its column, the table that it refers to, and the column there.
/// A table is a schema, a name, and whether the name is valid without the schema.
impl RowSink for References {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.push(Reference {
            from: LiveName::read(row, 0)?,
            column: text(row, 3),
            to: LiveName::read(row, 4)?,
            referred: text(row, 7),
        });
        Ok(())
    }
}

/// Reads rows of a schema, a table, whether the name is valid without the schema, an index, a column, whether the
/// table's rows are on several servers, whether the index is unique, whether the table has triggers, and the average
/// size of a row in bytes, in the order of the index's columns.
impl RowSink for Indexes {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, name) = (LiveName::read(row, 0)?, text(row, 3));
        // An index column that is an expression has no name. It still takes its place: the columns after it do not
        // begin the index.
        let column = text(row, 4);
        match self.0.last_mut() {
            Some(index) if index.table == table && index.name == name => index.columns.push(column),
            _ => {
                let (scattered, unique, triggers) = (row.number(5)? != 0, row.number(6)? != 0, row.number(7)? != 0);
                let row_bytes = match row.value(8) {
                    Ok(ValueRef::Int(bytes)) => u64::try_from(bytes).ok(),
                    _ => None,
                };
                self.0.push(Index { table, name, columns: vec![column], scattered, unique, triggers, row_bytes });
            }
        }
        Ok(())
    }
}

/// A table of the live database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiveName {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// Whether the name is valid without the schema.
    pub(crate) visible: bool,
}

impl LiveName {
    /// The table that a row of a catalog names at a position: its schema, its name, and whether the name is valid
    /// without the schema.
    pub(crate) fn read(row: Row<'_>, at: usize) -> Result<Self> {
        Ok(LiveName { schema: text(row, at), name: text(row, at + 1), visible: row.number(at + 2)? != 0 })
    }

    /// Whether a model with this schema and name refers to the table.
    pub(crate) fn is(&self, schema: Option<&str>, name: &str, dialect: &dyn Dialect) -> bool {
        dialect.same_name(&self.name, name)
            && schema.map_or(self.visible, |schema| dialect.same_name(&self.schema, schema))
    }
}

/// The text at a position; empty for anything else.
pub(crate) fn text(row: Row<'_>, index: usize) -> String {
    match row.value(index) {
        Ok(ValueRef::Text(text)) => text.to_owned(),
        _ => String::new(),
    }
}
