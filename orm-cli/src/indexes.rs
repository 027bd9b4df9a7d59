//! What the indexes of a table serve.

use orm::structure::{Index, Table};

/// Whether a key or an index of all rows begins with these columns, in whatever order.
pub(crate) fn is_searched_by(table: &Table, columns: &[String]) -> bool {
    let keys = table.unique.iter().map(|unique| &unique.columns).chain([&table.primary_key]).cloned();
    keys.chain(table.indexes.iter().filter_map(whole)).any(|index| begins_with(&index, columns))
}

/// The columns of an index that holds all rows.
pub(crate) fn whole(index: &Index) -> Option<Vec<String>> {
    let columns = index.columns().filter(|_| index.condition.is_none() && index.method.is_none())?;
    Some(columns.into_iter().map(str::to_owned).collect())
}

fn begins_with(index: &[String], columns: &[String]) -> bool {
    index.len() >= columns.len() && index[..columns.len()].iter().all(|column| columns.contains(column))
}
