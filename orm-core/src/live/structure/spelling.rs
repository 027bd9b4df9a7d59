//! The spelling of names: SQLite ignores the case of tables and columns, and its catalog has foreign keys and indexes
//! as they were written.

use crate::sql::Dialect;
use crate::structure::{Name, Schema, Table};

/// Spells the names in foreign keys and indexes as the tables and columns that they refer to.
pub(super) fn unify(schema: &mut Schema, dialect: &dyn Dialect) {
    let of_columns = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect();
    let all: Vec<(Name, Vec<String>)> =
        schema.tables.iter().map(|table| (table.name.clone(), of_columns(table))).collect();
    for (table, (_, columns)) in schema.tables.iter_mut().zip(&all) {
        for key in &mut table.foreign_keys {
            let is_it = |name: &Name| name.schema == key.table.schema && dialect.same_name(&name.name, &key.table.name);
            let Some((target, columns)) = all.iter().find(|(name, _)| is_it(name)) else { continue };
            key.references.iter_mut().for_each(|name| spell(name, columns, dialect));
            key.table = target.clone();
        }
        let terms = table.indexes.iter_mut().flat_map(|index| &mut index.terms);
        terms.filter(|term| !term.is_expression).for_each(|term| spell(&mut term.value, columns, dialect));
    }
}

fn spell(name: &mut String, columns: &[String], dialect: &dyn Dialect) {
    if let Some(column) = columns.iter().find(|column| dialect.same_name(column, name)) {
        name.clone_from(column);
    }
}
