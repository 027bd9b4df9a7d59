//! The statements that create tables, and change them.

mod names;
mod of_models;
mod parts;

use super::Dialect;
use crate::schema;
use crate::structure::{Check, ColumnSchema, ForeignKey, Index, Name, Schema, Table};

pub(in crate::sql) use names::joined_name;
pub(crate) use of_models::{index_of, link_table_of, relation_keys, schema_of, table_of};
pub(in crate::sql) use parts::Parts;
use parts::closed;

/// The statements that create some tables, their join tables and their indexes.
pub(crate) fn create(tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::new(dialect), if_missing: "" }.statements(&schema_of(tables, dialect))
}

/// The statements that create all tables of a structure, with names for their keys.
#[cfg(feature = "migrate")]
pub(crate) fn create_schema(schema: &Schema, dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::naming_keys(dialect), if_missing: "" }.statements(schema)
}

/// Does the same as [`create`], but does not change existing tables.
pub(crate) fn create_missing(tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::new(dialect), if_missing: "IF NOT EXISTS " }.statements(&schema_of(tables, dialect))
}

/// The statement that creates one table, without its indexes.
pub(crate) fn table_sql(table: &Table, dialect: &dyn Dialect) -> String {
    Parts::new(dialect).table("", table, &[])
}

/// The statement that adds one column to a table.
pub(crate) fn column_sql(table: &Table, column: &ColumnSchema, dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    let mut added = column.clone();
    if let Some(generated) = &mut added.generated {
        generated.stored = dialect.adds_stored_columns();
    }
    format!("ALTER TABLE {} ADD COLUMN {}", parts.name(&table.name), parts.column(table, &added))
}

/// The statement that changes the default of a column.
pub(crate) fn default_change_sql(of: &Name, column: &str, default: &str, dialect: &dyn Dialect) -> String {
    let (table, column) = (Parts::new(dialect).name(of), dialect.quoted(column));
    format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}")
}

/// The statement that creates an index of a table.
pub(crate) fn index_sql(of: &Name, index: &Index, dialect: &dyn Dialect) -> String {
    Parts::new(dialect).create_index("", of, index)
}

/// The statement that adds a unique index of some columns of a table.
pub(crate) fn unique_index_sql(of: &Name, columns: &[&str], dialect: &dyn Dialect) -> String {
    // An index that is not unique may have a name made of the same columns.
    let name = joined_name(&of.name, columns.iter().copied().chain(["key"]), dialect);
    let index = Index { name, unique: true, ..index_of(&of.name, columns, dialect) };
    Parts::new(dialect).create_index("", of, &index)
}

/// The statement that makes some columns of a table its primary key.
pub(crate) fn primary_key_sql(of: &Name, columns: &[&str], dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    format!("ALTER TABLE {} ADD PRIMARY KEY ({})", parts.name(of), parts.names(columns.iter().copied()))
}

/// The statement that adds a check to a table.
pub(crate) fn check_sql(of: &Name, check: &Check, dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    format!("ALTER TABLE {} ADD {}", parts.name(of), parts.check(check))
}

/// The statement that adds a foreign key to a table, replacing another one if it has a name.
pub(crate) fn reference_sql(of: &Name, key: &ForeignKey, replaced: Option<&str>, dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    let dropped = replaced.map_or_else(String::new, |name| format!("DROP CONSTRAINT {}, ", dialect.quoted(name)));
    let name = replaced.or(key.name.as_deref()).map_or_else(String::new, |name| dialect.quoted(name));
    format!("ALTER TABLE {} {dropped}ADD CONSTRAINT {name} {}", parts.name(of), parts.reference(key))
}

/// Creates the tables of a structure.
struct Creation<'d> {
    parts: Parts<'d>,
    if_missing: &'static str,
}

impl Creation<'_> {
    fn statements(&self, schema: &Schema) -> Vec<String> {
        let later = self.parts.later_references(&schema.tables);
        let mut statements = self.parts.schemas(&schema.tables);
        statements.extend(schema.tables.iter().map(|table| self.parts.table(self.if_missing, table, &later)));
        statements.extend(later.iter().map(|(table, key)| self.later_reference(table, key)));
        let indexes = schema.tables.iter().flat_map(|table| table.indexes.iter().map(move |index| (table, index)));
        statements.extend(indexes.map(|(table, index)| self.parts.create_index(self.if_missing, &table.name, index)));
        statements
    }

    /// `ALTER TABLE "departments" ADD CONSTRAINT "departments__head_id" FOREIGN KEY …`
    fn later_reference(&self, table: &Table, key: &ForeignKey) -> String {
        let dialect = self.parts.dialect;
        if self.if_missing.is_empty() {
            return reference_sql(&table.name, key, None, dialect);
        }
        let name = key.name.as_deref().unwrap_or_default();
        dialect.add_missing_key(&self.parts.name(&table.name), name, &self.parts.reference(key))
    }
}
