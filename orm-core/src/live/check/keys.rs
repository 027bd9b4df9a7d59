//! Primary and unique keys, whether the database assigns the key, and indexes.

use super::{Check, has_columns, owned};
use crate::live::difference::difference;
use crate::live::{Difference, LiveColumn, LiveTable, Mismatched};
use crate::schema::{ColumnDef, Table};
use crate::sql::ddl::{index_sql, primary_key_sql, relation_keys, unique_index_sql};

impl Check<'_> {
    pub(super) fn keys(&self, table: &'static Table, live: &LiveTable) -> Vec<Difference> {
        let mut found: Vec<Difference> = self.primary_key(table, live).into_iter().collect();
        found.extend(self.assignment(table, live));
        let sets = table.unique.iter().map(|unique| table.names(unique).collect::<Vec<_>>());
        found.extend(sets.filter(|columns| self.is_missing_key(live, columns)).map(|columns| {
            let fix = unique_index_sql(table.schema, table.name, &columns, self.dialect);
            difference(table, Mismatched::NotUnique { columns: owned(&columns) }, Some(fix))
        }));
        found
    }

    fn primary_key(&self, table: &'static Table, live: &LiveTable) -> Option<Difference> {
        let columns: Vec<&str> = table.names(table.primary_key).collect();
        if !self.is_missing_key(live, &columns) {
            return None;
        }
        let fix = if live.primary_key().is_empty() && self.dialect.alters_columns() {
            primary_key_sql(table, self.dialect)
        } else {
            unique_index_sql(table.schema, table.name, &columns, self.dialect)
        };
        let what = Mismatched::PrimaryKey { found: live.primary_key().to_vec(), expected: owned(&columns) };
        Some(difference(table, what, Some(fix)))
    }

    /// Whether nothing keeps two rows from having the same values in some columns, all of which are there.
    pub(super) fn is_missing_key(&self, live: &LiveTable, columns: &[&str]) -> bool {
        has_columns(live, columns, self.dialect) && !live.is_unique(columns, self.dialect)
    }

    fn assignment(&self, table: &'static Table, live: &LiveTable) -> Option<Difference> {
        let key = table.single_key()?;
        let found = live.column(key.name, self.dialect)?;
        let expected = self.dialect.assigned_column();
        let what = Mismatched::NotAssigned { column: key.name.to_owned(), expected };
        lacks_assignment(table, key, found).then(|| difference(table, what, None))
    }

    /// The indexes that the model asks for, and those for the keys of relations, that no index begins with.
    pub(super) fn indexes(&self, table: &'static Table, live: &LiveTable) -> Vec<Difference> {
        let mut missing: Vec<Vec<&'static str>> = Vec::new();
        for index in table.indexes {
            let columns: Vec<&str> = table.names(index).collect();
            if has_columns(live, &columns, self.dialect) && !live.begins_with(&columns, self.dialect) {
                missing.push(columns);
            }
        }
        for key in relation_keys(table, self.tables) {
            let columns: Vec<&str> = table.names(key).collect();
            let is_told = missing.iter().any(|other| other.starts_with(&columns)) || self.is_told(table, live, key);
            if has_columns(live, &columns, self.dialect) && !live.begins_with_all(&columns, self.dialect) && !is_told {
                missing.push(columns);
            }
        }
        let told = |columns: Vec<&'static str>| {
            let fix = Some(index_sql(table, &columns, self.dialect));
            difference(table, Mismatched::NoIndex { columns: owned(&columns) }, fix)
        };
        missing.into_iter().map(told).collect()
    }

    /// Whether a key that begins with some columns is missing, which is a difference already.
    fn is_told(&self, table: &'static Table, live: &LiveTable, columns: &[usize]) -> bool {
        let mut keys = table.unique.iter().copied().chain([table.primary_key]).filter(|key| key.starts_with(columns));
        keys.any(|key| self.is_missing_key(live, &table.names(key).collect::<Vec<_>>()))
    }
}

/// Whether the model leaves the values of a column to a database that does not assign them.
pub(super) fn lacks_assignment(table: &Table, column: &ColumnDef, found: &LiveColumn) -> bool {
    let is_assigned = table.generated_key && table.single_key().is_some_and(|key| key.name == column.name);
    is_assigned && !found.assigned
}
