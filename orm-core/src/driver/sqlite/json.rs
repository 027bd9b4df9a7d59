//! Functions for values within JSON.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Owned, ValueRef as Borrowed};

use super::forms::{failure, owned, value};
use crate::types::{JsonKind, JsonStep, json_leaf};
use crate::value::{Value, ValueRef};

/// Defines `orm_json_text`, `orm_json_integer`, `orm_json_real` and `orm_json_boolean`, which take JSON and the steps of a path as
/// JSON.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    let functions = [
        (c"orm_json_text", JsonKind::Text),
        (c"orm_json_integer", JsonKind::Integer),
        (c"orm_json_real", JsonKind::Real),
        (c"orm_json_boolean", JsonKind::Boolean),
    ];
    for (name, kind) in functions {
        raw.create_scalar_function(name, 2, flags, move |arguments| read(arguments, kind))?;
    }
    Ok(())
}

fn read(arguments: &Context<'_>, kind: JsonKind) -> rusqlite::Result<Owned> {
    let value = value(arguments, 0)?;
    if value == ValueRef::Null {
        return Ok(Owned::Null);
    }
    // The steps are the same for each row, and are parsed once.
    let steps = arguments.get_or_create_aux(1, steps)?;
    let found = json_leaf(value, &steps, kind);
    match found.map_err(|mismatch| failure(format!("a value within JSON cannot be read: {mismatch}")))? {
        Value::Bool(value) => Ok(Owned::Integer(value.into())),
        found => owned(found),
    }
}

fn steps(text: Borrowed<'_>) -> Result<Vec<JsonStep>, rusqlite::Error> {
    let steps: Vec<serde_json::Value> =
        text.as_str().ok().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(no_steps)?;
    let step = |step: serde_json::Value| match step {
        serde_json::Value::String(key) => Some(JsonStep::Key(key)),
        step => Some(JsonStep::Index(step.as_u64()?.try_into().ok()?)),
    };
    steps.into_iter().map(step).collect::<Option<_>>().ok_or_else(no_steps)
}

fn no_steps() -> rusqlite::Error {
    failure("the steps into JSON are not an array of names and positions".to_owned())
}
