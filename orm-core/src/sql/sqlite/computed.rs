//! Functions of SQLite, and of this library if SQLite has none.

use crate::ast::{Call, Scalar};
use crate::sql::Writer;
use crate::types::SqlType;

/// SQLite's `length` ends at a NUL, and its `round` differs between versions. Decimals are text.
pub(super) fn call(writer: &mut Writer<'_>, call: &Call) {
    let function = match (call.function, call.sql_type) {
        (Scalar::Length, _) => "orm_length(",
        (Scalar::Absolute, SqlType::Decimal) => "orm_abs(",
        (Scalar::Round(_), SqlType::Decimal) => "orm_round_decimal(",
        (Scalar::Round(_), SqlType::Real32) => "orm_round_float(",
        (Scalar::Round(_), SqlType::Real64) => "orm_round_double(",
        _ => return writer.call(call),
    };
    writer.push(function).arguments(call);
    if let Scalar::Round(digits) = call.function {
        writer.push(", ").number(digits.into());
    }
    writer.push(")");
}
