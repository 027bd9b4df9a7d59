//! Converting values for rusqlite.

use std::fmt::Write as _;
use std::rc::Rc;

use super::wanted::Wanted;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef as Borrowed};

use crate::error::{Error, Result};
use crate::row::RowValues;
use crate::types::{Keys, Param};
use crate::value::{Mismatch, Timestamp, Value, ValueRef};

/// A row on which rusqlite is positioned.
pub(super) struct SqliteRow<'a, 's> {
    pub(super) row: &'a rusqlite::Row<'s>,
    pub(super) wanted: &'a Wanted,
    /// Whether nothing else can have changed the row by now.
    pub(super) is_final: bool,
}

impl RowValues for SqliteRow<'_, '_> {
    #[inline]
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        match self.row.get_ref(index) {
            Ok(value) => shared(value),
            Err(_) => Err(Mismatch::Refused("the row has no such column".into())),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.as_ref().column_name(index).ok()
    }

    fn want(&self, key: i64) -> bool {
        self.wanted.push(key)
    }

    fn is_final(&self) -> bool {
        self.is_final
    }
}

/// Converts a value of rusqlite.
#[inline]
pub(super) fn shared(value: Borrowed<'_>) -> Result<ValueRef<'_>, Mismatch> {
    match value {
        Borrowed::Integer(value) => Ok(ValueRef::Int(value)),
        Borrowed::Text(bytes) => std::str::from_utf8(bytes).map(ValueRef::Text).map_err(|_| Mismatch::InvalidUtf8),
        Borrowed::Null => Ok(ValueRef::Null),
        Borrowed::Real(value) => Ok(ValueRef::Real(value)),
        Borrowed::Blob(bytes) => Ok(ValueRef::Blob(bytes)),
    }
}

/// Binds a parameter, counted from 1.
pub(super) fn bind(statement: &mut rusqlite::Statement<'_>, position: usize, param: &Param<'_>) -> Result<()> {
    let refused = |mismatch| Error::encode_parameter(position, mismatch);
    let bound = match param {
        Param::Value(value) | Param::Compared(value) => {
            statement.raw_bind_parameter(position, borrowed(value).map_err(refused)?)
        }
        Param::Refused(mismatch) => return Err(refused(mismatch.clone())),
        Param::Keys(Keys::Ints(keys)) => {
            let keys: Vec<Owned> = keys.iter().map(|&key| Owned::Integer(key)).collect();
            statement.raw_bind_parameter(position, Rc::new(keys))
        }
        Param::Keys(Keys::Values { types, values }) if types.len() > 1 => {
            statement.raw_bind_parameter(position, json_of_keys(types.len(), values).map_err(refused)?)
        }
        Param::List(values) | Param::Column(values) | Param::Keys(Keys::Values { values, .. }) => {
            let values = values.iter().map(owned).collect::<Result<Vec<_>, _>>().map_err(refused)?;
            statement.raw_bind_parameter(position, Rc::new(values))
        }
    };
    bound.map_err(super::error::convert)
}

fn borrowed<'a>(value: &'a Value<'_>) -> Result<ToSqlOutput<'a>, Mismatch> {
    Ok(ToSqlOutput::Borrowed(match value {
        Value::Null => Borrowed::Null,
        Value::Bool(value) => Borrowed::Integer(i64::from(*value)),
        Value::Int(value) => Borrowed::Integer(*value),
        Value::Real(value) if value.is_nan() => return Err(NOT_A_NUMBER),
        Value::Real(value) => Borrowed::Real(*value),
        Value::Text(value) | Value::Json(value) => Borrowed::Text(value.as_bytes()),
        Value::Blob(value) => Borrowed::Blob(value),
        Value::Uuid(bytes) => Borrowed::Blob(bytes.as_slice()),
        value => return owned(value).map(ToSqlOutput::Owned),
    }))
}

/// Converts a value to rusqlite's type.
pub(super) fn owned(value: &Value<'_>) -> Result<Owned, Mismatch> {
    Ok(match value {
        Value::Null => Owned::Null,
        Value::Bool(value) => Owned::Integer(i64::from(*value)),
        Value::Int(value) => Owned::Integer(*value),
        Value::Real(value) if value.is_nan() => return Err(NOT_A_NUMBER),
        Value::Real(value) => Owned::Real(*value),
        Value::Text(value) | Value::Json(value) => Owned::Text(value.clone().into_owned()),
        Value::Blob(value) => Owned::Blob(value.clone().into_owned()),
        Value::Uuid(value) => Owned::Blob(value.to_vec()),
        Value::Decimal(value) => Owned::Text(value.to_string()),
        // Times are truncated to microseconds, as on every database.
        Value::Time(value) => Owned::Text(value.to_microseconds().text()),
        Value::Date(value) => Owned::Text(value.text()?),
        Value::DateTime(value) | Value::Timestamp(Timestamp(value)) => Owned::Text(value.to_microseconds().text()?),
        Value::Interval(_) => return Err(NO_INTERVALS),
        Value::Range(_) => return Err(NO_RANGES),
        Value::Array(_) => return Err(NO_ARRAYS),
    })
}

/// The dialect reports the same for tables with such columns; this is for values elsewhere.
const NO_ARRAYS: Mismatch =
    Mismatch::Unstorable("SQLite has no arrays; to store the values as JSON, write `#[model(json)]`");

/// The same as for arrays.
const NO_INTERVALS: Mismatch =
    Mismatch::Unstorable("SQLite has no intervals; to store a duration, use an integer, such as its microseconds");

/// The same as for arrays.
const NO_RANGES: Mismatch = Mismatch::Unstorable("SQLite has no ranges; store the two bounds in two columns");

/// SQLite would store NULL instead.
const NOT_A_NUMBER: Mismatch = Mismatch::Unstorable("SQLite cannot store a NaN");

/// Keys of several columns as a JSON array of arrays, with bytes as hexadecimal digits.
fn json_of_keys(arity: usize, values: &[Value<'_>]) -> Result<String, Mismatch> {
    let mut json = String::with_capacity(values.len() * 8 + 2);
    json.push('[');
    for (position, key) in values.chunks(arity).enumerate() {
        json.push_str(if position > 0 { ",[" } else { "[" });
        for (part, value) in key.iter().enumerate() {
            if part > 0 {
                json.push(',');
            }
            append_json(&mut json, value)?;
        }
        json.push(']');
    }
    json.push(']');
    Ok(json)
}

fn append_json(json: &mut String, value: &Value<'_>) -> Result<(), Mismatch> {
    match value {
        Value::Int(value) => json.push_str(itoa::Buffer::new().format(*value)),
        Value::Bool(value) => json.push_str(if *value { "1" } else { "0" }),
        Value::Text(text) if !text.contains('\0') => append_json_text(json, text),
        Value::Blob(bytes) => append_json_bytes(json, bytes),
        Value::Uuid(bytes) => append_json_bytes(json, bytes),
        value => match owned(value)? {
            Owned::Text(text) if !text.contains('\0') => append_json_text(json, &text),
            _ => {
                let problem = "a key of several columns can only hold integers, bytes and text without NUL on SQLite";
                return Err(Mismatch::Unstorable(problem));
            }
        },
    }
    Ok(())
}

fn append_json_bytes(json: &mut String, bytes: &[u8]) {
    json.push('"');
    for byte in bytes {
        // Writing into a `String` cannot fail.
        let _ = write!(json, "{byte:02x}");
    }
    json.push('"');
}

fn append_json_text(json: &mut String, text: &str) {
    json.push('"');
    for part in text.chars() {
        match part {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            part if u32::from(part) < 0x20 => {
                // Writing into a `String` cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(part));
            }
            part => json.push(part),
        }
    }
    json.push('"');
}
