//! The differences of CockroachDB from PostgreSQL, whose protocol and SQL it has.

use super::{POSTGRES, Postgres};
use crate::ast::{Function, Letters, Pattern};
use crate::schema::ColumnDef;
use crate::sql::{Dialect as _, Fragment, Writer};
use crate::types::SqlType;

/// The dialect of CockroachDB.
pub static COCKROACH: Postgres = Postgres {
    name: "cockroachdb",
    row_identity: "rowid",
    nulls_are_least: true,
    finds_keys_in_lists: false,
    inserts_arrays: false,
    scatters_rows: false,
    replaces_keys: false,
    exists_planned_together: None,
    writable_columns: None,
    column_type,
    matches,
    computed,
    constant: super::computed::cast,
    add_missing_key,
};

/// Text is ordered and compared by its bytes; a column cannot declare this. Its `integer` has 64 bits.
fn column_type(column: &ColumnDef) -> &'static str {
    match column.sql_type {
        _ if column.declared.is_some() => super::column_type(column),
        SqlType::Text => "text",
        SqlType::Array(SqlType::Text) => "text[]",
        SqlType::Array(SqlType::Int32) => "int4[]",
        SqlType::Int32 => "int4",
        _ => super::column_type(column),
    }
}

/// No collation determines which letters have two cases.
fn matches(writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
    value(writer);
    super::like(writer, pattern, letters);
}

fn computed(writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
    let (before, after) = match (function, sql_type) {
        (Function::Min, SqlType::Uuid | SqlType::Blob) => ("min(", ")"),
        (Function::Max, SqlType::Uuid | SqlType::Blob) => ("max(", ")"),
        (Function::Min, SqlType::Json) => ("CAST(min(CAST(", " AS text)) AS jsonb)"),
        (Function::Max, SqlType::Json) => ("CAST(max(CAST(", " AS text)) AS jsonb)"),
        _ => return super::computed(writer, function, sql_type, value),
    };
    value(writer.push(before));
    writer.push(after);
}

/// A block of code cannot contain DDL.
fn add_missing_key(table: &str, name: &str, key: &str) -> String {
    format!("ALTER TABLE {table} ADD CONSTRAINT IF NOT EXISTS {} {key}", POSTGRES.quoted(name))
}
