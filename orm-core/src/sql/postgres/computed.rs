//! Functions of PostgreSQL.

use super::types::native_type;
use crate::ast::{Call, Scalar};
use crate::sql::{Fragment, Writer};
use crate::types::SqlType;

/// A length has 64 bits, as on other databases. A floating-point number is rounded as its shortest decimal: the
/// function for such numbers takes no digits, and rounds half to even.
pub(super) fn call(writer: &mut Writer<'_>, call: &Call) {
    let (before, after) = match (call.function, call.sql_type) {
        (Scalar::Length, _) => ("CAST(length(", ") AS bigint)"),
        (Scalar::Round(_), SqlType::Real64) => ("CAST(round(CAST(CAST(", " AS double precision)"),
        (Scalar::Round(_), SqlType::Real32) => ("CAST(round(CAST(CAST(CAST(", " AS real)"),
        _ => return writer.call(call),
    };
    writer.push(before).arguments(call);
    if let Scalar::Round(digits) = call.function {
        if call.sql_type == SqlType::Real32 {
            writer.push(" AS real)");
        }
        writer.push(" AS text) AS numeric), ").number(digits.into()).push(")");
    }
    writer.push(after);
}

/// As `text`, values of all types that a text field can hold are accepted by text functions, and an index on a function
/// of a text column is used.
pub(super) fn text(writer: &mut Writer<'_>, value: Fragment<'_>) {
    value(writer.push("CAST("));
    writer.push(" AS text)");
}

/// Text is ordered by its bytes, as in columns.
pub(super) fn constant(writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
    cast(writer, sql_type, value);
    if sql_type == SqlType::Text {
        writer.push(" COLLATE \"C\"");
    }
}

/// `CAST($1 AS bigint)`
pub(super) fn cast(writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
    value(writer.push("CAST("));
    let declared = native_type(sql_type).trim_end_matches(" COLLATE \"C\"");
    writer.push(" AS ").push(declared).push(")");
}
