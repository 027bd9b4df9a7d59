//! Comparing models with the live database: what is compared stands in a file for each kind of difference.

mod columns;
mod conditions;
mod foreign_keys;
mod forms;
mod join_tables;
mod keys;

use std::borrow::Borrow;

pub(crate) use forms::other_forms;

use super::{Live, LiveKind, LiveTable};
use crate::live::difference::difference;
use crate::live::names::unusable;
use crate::live::{Difference, Mismatched};
use crate::schema::{Table, bare_links};
use crate::sql::Dialect;
use crate::sql::ddl::table_sql;

/// Every difference between some tables and the live database.
pub(crate) fn differences(tables: &[&'static Table], live: &Live, dialect: &dyn Dialect) -> Vec<Difference> {
    let check = Check { tables, live, dialect };
    let mut found = unusable(tables, dialect);
    found.extend(tables.iter().flat_map(|table| check.table(table)));
    found.extend(bare_links(tables).into_iter().flat_map(|(relation, through)| check.links(relation, through)));
    found
}

struct Check<'c> {
    tables: &'c [&'static Table],
    live: &'c Live,
    dialect: &'c dyn Dialect,
}

impl Check<'_> {
    fn table(&self, table: &'static Table) -> Vec<Difference> {
        let long = self.long_names(table);
        if !long.is_empty() {
            return long;
        }
        let Some(live) = self.live.table(table.schema, table.name, self.dialect) else {
            return vec![difference(table, Mismatched::NoTable, Some(table_sql(table, self.dialect)))];
        };
        if let Some(problem) = &live.problem {
            return vec![difference(table, Mismatched::Unreadable { problem: problem.clone() }, None)];
        }
        let mut found = self.columns(table, live);
        if live.kind == LiveKind::Table {
            found.extend(self.keys(table, live));
            found.extend(self.foreign_keys(table, live));
            found.extend(self.conditions(table, live));
        }
        if live.kind != LiveKind::View {
            found.extend(self.indexes(table, live));
        }
        found
    }

    fn long_names(&self, table: &'static Table) -> Vec<Difference> {
        let Some(most) = self.dialect.longest_name() else { return Vec::new() };
        let names = table.schema.into_iter().chain([table.name]).chain(table.columns.iter().map(|column| column.name));
        let long = names.filter(|name| name.len() > most);
        long.map(|name| difference(table, Mismatched::LongName { name: name.to_owned(), most }, None)).collect()
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A table and some of its columns, for a message.
fn place<C: Borrow<str>>(table: &str, columns: &[C]) -> String {
    if columns.is_empty() { format!("`{table}`") } else { format!("`{table}` ({})", columns.join(", ")) }
}

/// Whether all names of a table are there, so that what is made of its columns can be compared.
fn has_columns<C: Borrow<str>>(live: &LiveTable, columns: &[C], dialect: &dyn Dialect) -> bool {
    columns.iter().all(|column| live.column(column.borrow(), dialect).is_some())
}
