//! What a structure lacks compared with another one. Both are values, so no statement is sent.

mod columns;
mod conditions;
mod foreign_keys;
mod keys;

use std::borrow::Borrow;

use crate::live::{Difference, Mismatched};
use crate::sql::Dialect;
use crate::sql::ddl::table_sql;
use crate::structure::{ColumnSchema, Name, Schema, Table};

/// Something that is missing, and the statement that fixes it, if a single one does.
pub(super) type Lack = (Mismatched, Option<String>);

/// Everything that a structure lacks compared with another one, by its tables.
pub(crate) fn lacking(wanted: &Schema, found: &Schema, dialect: &dyn Dialect) -> Vec<Difference> {
    Structures { found, dialect }.differences(wanted)
}

/// An existing structure, which is compared with a required one.
pub(super) struct Structures<'s> {
    pub(super) found: &'s Schema,
    pub(super) dialect: &'s dyn Dialect,
}

impl<'s> Structures<'s> {
    fn differences(&self, wanted: &Schema) -> Vec<Difference> {
        let of_table = |wanted: &Table| {
            let name = wanted.name.name.clone();
            let told = move |(what, fix)| Difference { model: name.clone(), table: name.clone(), what, fix };
            self.of_table(wanted).into_iter().map(told)
        };
        wanted.tables.iter().flat_map(of_table).collect()
    }

    fn of_table(&self, wanted: &Table) -> Vec<Lack> {
        let Some(found) = self.table(&wanted.name) else {
            // For a view, a database may report only the name.
            return if self.is_view(&wanted.name) { Vec::new() } else { vec![self.no_table(wanted)] };
        };
        let mut lacking: Vec<Lack> =
            wanted.columns.iter().flat_map(|column| self.of_column(wanted, column, found)).collect();
        if !self.is_view(&wanted.name) {
            lacking.extend(self.primary_key(wanted, found));
            lacking.extend(self.unique(wanted, found));
            lacking.extend(self.foreign_keys(wanted, found));
            lacking.extend(self.conditions(wanted, found));
            lacking.extend(self.indexes(wanted, found));
        }
        lacking
    }

    fn of_column(&self, of: &Table, wanted: &ColumnSchema, found: &Table) -> Vec<Lack> {
        match self.column(found, &wanted.name) {
            None => vec![self.no_column(of, wanted)],
            Some(_) if self.is_view(&of.name) => Vec::new(),
            Some(found) => self.column_lacks(of, wanted, found),
        }
    }

    pub(super) fn no_table(&self, wanted: &Table) -> Lack {
        (Mismatched::NoTable, Some(table_sql(wanted, self.dialect)))
    }

    /// The existing table with this name.
    pub(super) fn table(&self, name: &Name) -> Option<&'s Table> {
        self.found.tables.iter().find(|table| self.is_same(&table.name, name))
    }

    /// Whether a view with this name exists. What its columns can store is unknown, and it has no keys.
    pub(super) fn is_view(&self, name: &Name) -> bool {
        self.found.views.iter().any(|view| self.is_same(view, name))
    }

    fn is_same(&self, one: &Name, other: &Name) -> bool {
        one.schema == other.schema && self.dialect.same_name(&one.name, &other.name)
    }

    /// The column of a table with this name.
    pub(super) fn column<'t>(&self, table: &'t Table, name: &str) -> Option<&'t ColumnSchema> {
        table.columns.iter().find(|column| self.dialect.same_name(&column.name, name))
    }

    /// Whether all of these columns exist, so what is made of them can be compared.
    pub(super) fn has_columns<C: Borrow<str>>(&self, found: &Table, columns: &[C]) -> bool {
        columns.iter().all(|column| self.column(found, column.borrow()).is_some())
    }

    /// Whether the first list begins with the names of the second, in any order.
    fn begins_with_all<C: Borrow<str>>(&self, list: &[&str], columns: &[C]) -> bool {
        let leading = list.get(..columns.len()).unwrap_or_default();
        leading.len() == columns.len()
            && columns.iter().all(|column| leading.iter().any(|other| self.dialect.same_name(other, column.borrow())))
    }

    /// Whether exactly these columns are a unique key, in any order.
    pub(super) fn is_unique<C: Borrow<str>>(&self, found: &Table, columns: &[C]) -> bool {
        found.unique_sets().any(|set| set.len() == columns.len() && self.begins_with_all(&set, columns))
    }

    /// Whether an index begins with these columns, in any order.
    pub(super) fn is_searched_by_all<C: Borrow<str>>(&self, found: &Table, columns: &[C]) -> bool {
        found.searched().any(|list| self.begins_with_all(&list, columns))
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// A table and some of its columns, for a message.
fn place<C: Borrow<str>>(table: &str, columns: &[C]) -> String {
    if columns.is_empty() { format!("`{table}`") } else { format!("`{table}` ({})", columns.join(", ")) }
}
