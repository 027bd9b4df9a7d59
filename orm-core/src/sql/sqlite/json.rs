//! Values within JSON. Functions of this library read them: SQLite's own return the first of two values with the same
//! name, round large numbers, and cannot read a name with a quote in it.

use super::super::{Writer, quoted_text};
use crate::ast::JsonValue;
use crate::types::{JsonKind, written_steps};

/// `orm_json_text(t0."payload", '["items",0,"name"]')`
pub(super) fn json(writer: &mut Writer<'_>, value: &JsonValue) {
    let function = match value.kind {
        JsonKind::Text => "orm_json_text(",
        JsonKind::Integer => "orm_json_integer(",
        JsonKind::Real => "orm_json_real(",
        JsonKind::Boolean => "orm_json_boolean(",
    };
    writer.push(function).expr(&value.of);
    writer.push(", ").push(&quoted_text(&written_steps(&value.steps))).push(")");
}
