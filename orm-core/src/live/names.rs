//! Names that a database reserves or treats as equal, and columns that it has no type for.

use super::difference::difference;
use super::{Difference, Mismatched};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, Table};
use crate::sql::Dialect;

/// What is wrong with the names and columns of some tables, in any database of this kind.
pub(super) fn unusable(tables: &[&'static Table], dialect: &dyn Dialect) -> Vec<Difference> {
    let mut found = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        if dialect.reserves(table.name) {
            found.push(difference(table, Mismatched::ReservedName, None));
        }
        let is_taken = |other: &&&'static Table| {
            table.schema == other.schema && table.name != other.name && dialect.same_name(table.name, other.name)
        };
        found.extend(tables[..at].iter().find(is_taken).map(|other| same_name(table, table.name, other.name)));
        for (at, column) in table.columns.iter().enumerate() {
            let is_taken = |other: &&ColumnDef| dialect.same_name(column.name, other.name);
            let taken = table.columns[..at].iter().find(is_taken);
            found.extend(taken.map(|other| same_name(table, column.name, other.name)));
            let lacking = dialect.lacks(column.sql_type);
            let no_type = |reason| Mismatched::NoType { column: column.name.to_owned(), reason };
            found.extend(lacking.map(|reason| difference(table, no_type(reason), None)));
        }
    }
    found
}

/// Checks that the names and types can be used, before anything is created.
///
/// # Errors
///
/// Returns an error that [`is_invalid`](Error::is_invalid) for the first one that cannot be used.
pub(crate) fn check(tables: &[&'static Table], dialect: &dyn Dialect) -> Result<()> {
    match unusable(tables, dialect).first() {
        Some(difference) => Err(Error::invalid(difference.to_string())),
        None => Ok(()),
    }
}

fn same_name(table: &'static Table, name: &str, other: &str) -> Difference {
    difference(table, Mismatched::SameName { name: name.to_owned(), other: other.to_owned() }, None)
}
