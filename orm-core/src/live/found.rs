//! Some tables of the live database as a structure, to be compared with the structure that models need.

use super::structure::conditions;
use super::{Live, LiveForeignKey, LiveKind, LiveName, LiveTable};
use crate::live::tables::LiveIndex;
use crate::sql::Dialect;
use crate::structure::{Action, ColumnSchema, ForeignKey, Generated, Index, Name, Schema, Table, Term};

impl Live {
    /// The structure of these tables. A table that can be named with or without its schema gets the names that the
    /// other structure uses. Views are included, because their columns are compared.
    pub(crate) fn structure(&self, wanted: &Schema, dialect: &dyn Dialect) -> Schema {
        let names = Names { wanted: mentioned(wanted), live: self, dialect };
        let mut found = Schema::default();
        for table in &self.0 {
            for name in names.of(&table.name) {
                if table.kind != LiveKind::Table {
                    found.views.push(name.clone());
                }
                found.tables.push(table.structure(name, &names));
            }
        }
        found
    }
}

impl LiveTable {
    fn structure(&self, name: Name, names: &Names<'_>) -> Table {
        let assigned = names.dialect.assigned_column();
        let columns = self.columns.iter().map(|column| ColumnSchema {
            name: column.name.clone(),
            sql_type: column.declared.clone(),
            nullable: !column.not_null,
            assigned: column.assigned.then(|| assigned.to_owned()),
            default: column.default.clone(),
            generated: column.generated.then(|| Generated { expression: String::new(), stored: true }),
            ..ColumnSchema::default()
        });
        let primary = self.indexes.iter().find(|index| index.primary);
        Table {
            name,
            columns: columns.collect(),
            primary_key: primary.map(|index| index.columns.clone()).unwrap_or_default(),
            foreign_keys: self.foreign_keys.iter().map(|key| key.structure(names)).collect(),
            checks: self.checks.iter().flat_map(|sql| conditions(sql, names.dialect.quotes())).collect(),
            indexes: self.indexes.iter().filter(|index| !index.primary).map(LiveIndex::structure).collect(),
            ..Table::default()
        }
    }
}

impl LiveIndex {
    fn structure(&self) -> Index {
        let term = |column: &String| Term { is_expression: column.is_empty(), ..Term::column(column) };
        Index {
            name: self.name.clone(),
            terms: self.columns.iter().map(term).collect(),
            unique: self.unique,
            condition: self.partial.then(String::new),
            ..Index::default()
        }
    }
}

impl LiveForeignKey {
    fn structure(&self, names: &Names<'_>) -> ForeignKey {
        let references: Option<Vec<String>> = self.columns.iter().map(|(_, to)| to.clone()).collect();
        ForeignKey {
            name: Some(self.name.clone()),
            columns: self.columns.iter().map(|(column, _)| column.clone()).collect(),
            table: names.of_target(&self.target),
            // Without column names, the foreign key refers to the primary key.
            references: references.unwrap_or_default(),
            on_delete: Action::of_words(&self.on_delete),
            on_update: Action::default(),
        }
    }
}

/// The names of tables in a structure.
struct Names<'n> {
    wanted: Vec<&'n Name>,
    live: &'n Live,
    dialect: &'n dyn Dialect,
}

impl Names<'_> {
    /// The names of a table, at least one: with its schema, without it, or both, as the other structure uses them.
    fn of(&self, table: &LiveName) -> Vec<Name> {
        let mut schemas: Vec<Option<&str>> = Vec::new();
        for wanted in &self.wanted {
            let schema = wanted.schema.as_deref();
            if table.is(schema, &wanted.name, self.dialect) && !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        if schemas.is_empty() {
            schemas.push(Some(&*table.schema).filter(|_| !table.visible));
        }
        schemas.into_iter().map(|schema| Name::new(schema, &table.name)).collect()
    }

    /// The name of the table that a foreign key refers to, which may be missing.
    fn of_target(&self, target: &LiveName) -> Name {
        let is_it = |table: &&LiveTable| table.name.is(Some(&target.schema), &target.name, self.dialect);
        let table = self.live.0.iter().find(is_it).map_or(target, |table| &table.name);
        self.of(table).swap_remove(0)
    }
}

/// The tables of a structure, and the tables that they refer to.
fn mentioned(schema: &Schema) -> Vec<&Name> {
    let of_keys = schema.tables.iter().flat_map(|table| &table.foreign_keys).map(|key| &key.table);
    schema.tables.iter().map(|table| &table.name).chain(of_keys).collect()
}
