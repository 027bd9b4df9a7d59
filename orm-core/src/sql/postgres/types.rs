//! The column types of PostgreSQL.

use crate::types::SqlType;

/// Text is ordered by its bytes, as in Rust; a column may declare another collation.
pub(super) fn native_type(sql_type: SqlType) -> &'static str {
    match sql_type {
        SqlType::Bool => "boolean",
        SqlType::Int16 => "smallint",
        SqlType::Int32 => "integer",
        SqlType::Int64 => "bigint",
        SqlType::Real32 => "real",
        SqlType::Real64 => "double precision",
        SqlType::Text => "text COLLATE \"C\"",
        SqlType::Blob => "bytea",
        SqlType::Uuid => "uuid",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::DateTime => "timestamp",
        SqlType::Timestamp => "timestamptz",
        SqlType::Decimal => "numeric",
        SqlType::Interval => "interval",
        SqlType::Json => "jsonb",
        SqlType::Inet => "inet",
        SqlType::Range(bound) => range_types(*bound).0,
        SqlType::Array(element) => array_type(*element),
    }
}

/// The type of a column that holds ranges, and the type of one that holds arrays of them.
pub(super) fn range_types(bound: SqlType) -> (&'static str, &'static str) {
    match bound {
        SqlType::Int32 => ("int4range", "int4range[]"),
        SqlType::Date => ("daterange", "daterange[]"),
        SqlType::DateTime => ("tsrange", "tsrange[]"),
        SqlType::Timestamp => ("tstzrange", "tstzrange[]"),
        SqlType::Decimal => ("numrange", "numrange[]"),
        // No `Range` has other bounds.
        _ => ("int8range", "int8range[]"),
    }
}

/// The type of a column that holds arrays.
fn array_type(element: SqlType) -> &'static str {
    match element {
        SqlType::Bool => "boolean[]",
        SqlType::Int16 => "smallint[]",
        SqlType::Int32 => "integer[]",
        SqlType::Int64 => "bigint[]",
        SqlType::Real32 => "real[]",
        SqlType::Real64 => "double precision[]",
        SqlType::Text => "text[] COLLATE \"C\"",
        SqlType::Blob => "bytea[]",
        SqlType::Uuid => "uuid[]",
        SqlType::Date => "date[]",
        SqlType::Time => "time[]",
        SqlType::DateTime => "timestamp[]",
        SqlType::Timestamp => "timestamptz[]",
        SqlType::Decimal => "numeric[]",
        SqlType::Interval => "interval[]",
        SqlType::Json => "jsonb[]",
        SqlType::Inet => "inet[]",
        SqlType::Range(bound) => range_types(*bound).1,
        // No `Vec` has such elements.
        SqlType::Array(element) => array_type(*element),
    }
}
