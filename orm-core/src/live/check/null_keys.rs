//! Primary keys that are `NULL` in some row, as SQLite allows where they are not declared otherwise.

use crate::live::difference::difference;
use crate::live::{Difference, Live, LiveColumn, Mismatched};
use crate::schema::Table;
use crate::sql::Dialect;

/// The columns of a table's primary key that may be `NULL`, by position in the model.
pub(crate) fn nullable_keys(table: &'static Table, live: &Live, dialect: &dyn Dialect) -> Vec<usize> {
    let Some(found) = live.table(table.schema, table.name, dialect) else { return Vec::new() };
    let key = found.indexes.iter().filter(|index| index.primary).flat_map(|index| &index.columns);
    let is_key = |column: &LiveColumn| key.clone().any(|name| *name == column.name);
    let nullable = found.columns.iter().filter(|column| !column.not_null && is_key(column));
    let of_model = |column: &LiveColumn| {
        table.columns.iter().position(|wanted| !wanted.nullable && dialect.same_name(wanted.name, &column.name))
    };
    nullable.filter_map(of_model).collect()
}

/// The difference that a row is whose key is `NULL`.
pub(crate) fn null_key(table: &'static Table, column: usize) -> Difference {
    difference(table, Mismatched::NullKey { column: table.columns[column].name.to_owned() }, None)
}
