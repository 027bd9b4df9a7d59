//! The statements that create tables, and change them.

mod names;
mod of_models;
mod parts;

use super::Dialect;
use crate::schema::{self, ColumnDef, DefaultValue, RelationDef, Through};
use crate::structure::{ForeignKey, Index, Name, Schema, Table, Term};

use names::joined_name;
use of_models::{column_of, index_of, link_table_of, table_of};
pub(crate) use of_models::{default_of, default_sql, link_references, references, relation_keys, schema_of};
pub(in crate::sql) use parts::Parts;
use parts::closed;

/// The statements that create some tables, their join tables and their indexes.
pub(crate) fn create(tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::new(dialect), if_missing: "" }.statements(&schema_of(tables, dialect))
}

/// The statements that create all tables of a structure, with names for their constraints.
#[cfg(feature = "migrate")]
pub(crate) fn create_schema(schema: &Schema, dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::naming_constraints(dialect), if_missing: "" }.statements(schema)
}

/// As [`create`], leaving what exists as it is.
pub(crate) fn create_missing(tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Vec<String> {
    Creation { parts: Parts::new(dialect), if_missing: "IF NOT EXISTS " }.statements(&schema_of(tables, dialect))
}

/// The statement that creates one table, without its indexes.
pub(crate) fn table_sql(table: &'static schema::Table, dialect: &dyn Dialect) -> String {
    Parts::new(dialect).table("", &table_of(table, &[], dialect), &[])
}

/// The statement that adds one column to a table.
pub(crate) fn column_sql(table: &'static schema::Table, column: &'static ColumnDef, dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    let mut added = column_of(table, column, dialect);
    if let Some(generated) = &mut added.generated {
        generated.stored = dialect.adds_stored_columns();
    }
    let table = table_of(table, &[], dialect);
    format!("ALTER TABLE {} ADD COLUMN {}", parts.name(&table.name), parts.column(&table, &added))
}

/// The statement that gives a column another default.
pub(crate) fn default_change_sql(
    table: &'static schema::Table,
    column: &'static ColumnDef,
    default: DefaultValue,
    dialect: &dyn Dialect,
) -> String {
    let (table, column) = (table.quoted(dialect), dialect.quoted(column.name));
    format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}", default_sql(default))
}

/// The statement that creates an index of a table.
pub(crate) fn index_sql(table: &'static schema::Table, columns: &[&'static str], dialect: &dyn Dialect) -> String {
    let index = index_of(table.name, columns, dialect);
    Parts::new(dialect).index("CREATE INDEX ", &Name::new(table.schema, table.name), &index)
}

/// The statement that makes some columns of a table unique together.
pub(crate) fn unique_index_sql(schema: Option<&str>, table: &str, columns: &[&str], dialect: &dyn Dialect) -> String {
    // An index that is not unique may have the name of the columns alone.
    let name = joined_name(table, columns.iter().copied().chain(["key"]), dialect);
    let index = Index { name, terms: columns.iter().map(|column| Term::column(column)).collect(), ..Index::default() };
    Parts::new(dialect).index("CREATE UNIQUE INDEX ", &Name::new(schema, table), &index)
}

/// The statement that makes some columns of a table its primary key.
pub(crate) fn primary_key_sql(table: &'static schema::Table, dialect: &dyn Dialect) -> String {
    let columns = Parts::new(dialect).names(table.names(table.primary_key));
    format!("ALTER TABLE {} ADD PRIMARY KEY ({columns})", table.quoted(dialect))
}

/// The statement that adds a condition to a table.
pub(crate) fn condition_sql(table: &'static schema::Table, condition: &str, dialect: &dyn Dialect) -> String {
    format!("ALTER TABLE {} ADD CHECK ({})", table.quoted(dialect), closed(condition))
}

/// The statement that adds a foreign key to a table, in the place of another one if that has a name.
pub(crate) fn reference_sql(of: &Name, key: &ForeignKey, replaced: Option<&str>, dialect: &dyn Dialect) -> String {
    let parts = Parts::new(dialect);
    let dropped = replaced.map_or_else(String::new, |name| format!("DROP CONSTRAINT {}, ", dialect.quoted(name)));
    let name = replaced.or(key.name.as_deref()).map_or_else(String::new, |name| dialect.quoted(name));
    format!("ALTER TABLE {} {dropped}ADD CONSTRAINT {name} {}", parts.name(of), parts.reference(key))
}

/// The statement that creates a join table without a model.
pub(crate) fn link_table_sql(
    relation: &'static RelationDef,
    through: &'static Through,
    dialect: &dyn Dialect,
) -> String {
    Parts::new(dialect).table("", &link_table_of(relation, through, dialect), &[])
}

/// The statement that creates an index of a join table without a model.
pub(crate) fn link_index_sql(
    through: &'static Through,
    columns: &'static [&'static str],
    dialect: &dyn Dialect,
) -> String {
    let index = index_of(through.table, columns, dialect);
    Parts::new(dialect).index("CREATE INDEX ", &Name::new(through.schema, through.table), &index)
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
