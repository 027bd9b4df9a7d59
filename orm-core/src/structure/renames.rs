//! Renaming tables and columns in everything that refers to them.

use super::names::renamed;
use super::{Check, ColumnSchema, ForeignKey, Index, Name, Schema, Table, Term, Unique};

impl Schema {
    /// Renames a table.
    pub(super) fn rename_table(&mut self, from: &Name, to: &Name) {
        for table in &mut self.tables {
            if table.name == *from {
                table.name = to.clone();
            }
            for key in table.foreign_keys.iter_mut().filter(|key| key.table == *from) {
                key.table = to.clone();
            }
        }
    }

    /// Renames a column of a table.
    pub(super) fn rename_column(&mut self, of: &Name, from: &str, to: &str) {
        for table in &mut self.tables {
            if table.name == *of {
                table.rename_column(from, to);
            }
            for key in table.foreign_keys.iter_mut().filter(|key| key.table == *of) {
                rename_all(&mut key.references, from, to);
            }
        }
    }
}

impl Table {
    fn rename_column(&mut self, from: &str, to: &str) {
        let columns = self.columns.clone();
        for column in &mut self.columns {
            rename(&mut column.name, from, to);
            if let Some(generated) = &mut column.generated {
                generated.expression = renamed(&generated.expression, &columns, from, to);
            }
        }
        rename_all(&mut self.primary_key, from, to);
        self.unique.iter_mut().for_each(|Unique { columns, .. }| rename_all(columns, from, to));
        self.foreign_keys.iter_mut().for_each(|ForeignKey { columns, .. }| rename_all(columns, from, to));
        for Check { column, condition, .. } in &mut self.checks {
            if let Some(column) = column {
                rename(column, from, to);
            }
            *condition = renamed(condition, &columns, from, to);
        }
        self.indexes.iter_mut().for_each(|index| index.rename_column(&columns, from, to));
    }
}

impl Index {
    fn rename_column(&mut self, columns: &[ColumnSchema], from: &str, to: &str) {
        for Term { value, is_expression, .. } in &mut self.terms {
            if *is_expression {
                *value = renamed(value, columns, from, to);
            } else {
                rename(value, from, to);
            }
        }
        if let Some(condition) = &mut self.condition {
            *condition = renamed(condition, columns, from, to);
        }
    }
}

fn rename(name: &mut String, from: &str, to: &str) {
    if name == from {
        to.clone_into(name);
    }
}

fn rename_all(names: &mut [String], from: &str, to: &str) {
    for name in names {
        rename(name, from, to);
    }
}
