//! Values within JSON, with PostgreSQL's `jsonpath`.

use super::super::Writer;
use crate::ast::JsonValue;
use crate::types::{JsonKind, JsonStep, Param, quoted_key};
use crate::value::Value;

/// `CAST(jsonb_path_query_first(t0."payload", 'strict $."count" ? (…)', '{}', true) AS bigint)`
///
/// The operators accept more than a path: `-> 0` treats a number as an array, and `#>` a position as a name.
pub(super) fn json(writer: &mut Writer<'_>, value: &JsonValue) {
    let (before, after) = match value.kind {
        JsonKind::Text => ("(", " #>> '{}') COLLATE \"C\""),
        JsonKind::Integer => ("CAST(", " AS bigint)"),
        JsonKind::Real => ("CAST(", " AS double precision)"),
        JsonKind::Boolean => ("CAST(", " AS boolean)"),
    };
    writer.push(before).push("jsonb_path_query_first(CAST(").expr(&value.of);
    writer.push(" AS jsonb), ");
    let path = path(value);
    // As a literal it also matches the one in an index. The session decides whether a backslash in a literal is an
    // escape.
    if path.contains(['\'', '\\']) {
        writer.push("CAST(CAST(").bind(Param::Compared(Value::Text(path.into()))).push(" AS text) AS jsonpath)");
    } else {
        writer.push("'").push(&path).push("'");
    }
    // A path that does not fit is not an error.
    writer.push(", '{}', true)").push(after);
}

/// `strict $."items"[0]."name" ? (@.type() == "string")`: without `strict`, arrays are searched too.
fn path(value: &JsonValue) -> String {
    let mut path = String::from("strict $");
    for step in &value.steps {
        match step {
            JsonStep::Key(key) => {
                path.push('.');
                path.push_str(&quoted_key(key));
            }
            JsonStep::Index(index) => {
                path.push('[');
                path.push_str(itoa::Buffer::new().format(*index));
                path.push(']');
            }
        }
    }
    path.push_str(match value.kind {
        JsonKind::Text => " ? (@.type() == \"string\")",
        // A cast would round the others.
        JsonKind::Integer => " ? (@.type() == \"number\" && @ % 1 == 0)",
        JsonKind::Real => " ? (@.type() == \"number\")",
        JsonKind::Boolean => " ? (@.type() == \"boolean\")",
    });
    path
}
