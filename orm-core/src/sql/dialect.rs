//! What databases do differently.

use std::fmt;

use crate::prefetch::KeyShape;
use crate::schema::ColumnDef;
use crate::types::SqlType;

/// The differences between databases in what the renderer writes.
pub trait Dialect: fmt::Debug + Sync {
    /// The database's name in the OpenTelemetry conventions.
    fn name(&self) -> &'static str;

    /// Appends a quoted identifier.
    fn quote(&self, text: &mut String, name: &str) {
        text.push('"');
        for (position, part) in name.split('"').enumerate() {
            text.push_str(if position > 0 { "\"\"" } else { "" });
            text.push_str(part);
        }
        text.push('"');
    }

    /// Appends the placeholder of the `position`th parameter, counted from 1.
    fn placeholder(&self, text: &mut String, position: usize);

    /// How a list of keys, bound as one parameter, becomes a table.
    fn key_table(&self, shape: KeyShape) -> KeyTable;

    /// A table, with the alias `w` and the column `value`, of the keys asked for by [`Row::want`](crate::row::Row) while
    /// the statement runs; `None` where a statement cannot learn anything while it runs.
    fn wanted_table(&self) -> Option<&'static str>;

    /// The text around the parameter of a list of values: `column IN (SELECT value FROM rarray(` and `))`.
    fn in_list(&self) -> (&'static str, &'static str);

    /// What follows `LIMIT` when there is an offset but no limit.
    fn no_limit(&self) -> &'static str;

    /// Whether `NULL`s are less than all values when nothing else is said.
    fn nulls_are_least(&self) -> bool;

    /// A column's type in `CREATE TABLE`; `generated` for a key that the database assigns.
    fn column_type(&self, column: &ColumnDef, generated: bool) -> &'static str;

    /// What follows the closing parenthesis of `CREATE TABLE` for a table whose key has several columns.
    fn composite_key_suffix(&self) -> &'static str;

    /// The statement that lists the database's indexes: table, index and column, in the order of the index's columns.
    fn indexes(&self) -> &'static str;

    /// The statement that lists the columns of the database's tables: table, column, declared type, and whether it must
    /// not be `NULL`.
    fn columns(&self) -> &'static str;

    /// Whether a column declared with this type holds values of ours as they are stored.
    fn holds(&self, declared: &str, sql_type: SqlType) -> bool;

    /// The greatest number of parameters of one statement.
    fn max_params(&self) -> usize;
}

/// A table of keys in a `FROM` clause.
#[derive(Clone, Copy, Debug)]
pub struct KeyTable {
    /// The text before the parameter.
    pub before: &'static str,
    /// The text after it; the alias is `k`.
    pub after: &'static str,
    /// The key's position in the list, counted from `first_ordinal`.
    pub ordinal: &'static str,
    /// What the first key's ordinal is.
    pub first_ordinal: i64,
    /// How the next table is joined, so that the keys stay the outer loop.
    pub join: &'static str,
    /// The key's parts.
    pub parts: &'static [&'static str],
}
