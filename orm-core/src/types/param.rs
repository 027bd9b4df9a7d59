//! Bound parameters of a statement.

use super::SqlType;
use crate::value::{DateTime, Mismatch, Value};

/// A bound parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Param<'a> {
    /// A value that is stored, or that only the statement interprets.
    Value(Value<'a>),
    /// A value that something is compared with. It may be outside of the column's range: a key that does not fit an
    /// `integer` column is not found, and is not an error.
    Compared(Value<'a>),
    /// A list of values that something is compared with, bound as one parameter.
    List(Vec<Value<'a>>),
    /// A value that the column cannot store: binding it is an error.
    Refused(Mismatch),
    /// The values of a column for several new rows, bound as one parameter.
    Column(Vec<Value<'a>>),
    /// The keys of a prefetch, bound as the dialect sends them: as one list, or as one for each of their columns.
    Keys(Keys),
}

/// Distinct keys, in the order in which they are sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Keys {
    /// Keys of one integer column.
    Ints(Vec<i64>),
    /// Keys of any other type, or of several columns: the values of one key after the other.
    Values {
        /// The types of the columns.
        types: Vec<SqlType>,
        /// The values.
        values: Vec<Value<'static>>,
    },
}

impl Keys {
    /// Returns the number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Keys::Ints(keys) => keys.len(),
            Keys::Values { types, values } => values.len() / types.len().max(1),
        }
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the types of a key's columns.
    #[must_use]
    pub fn types(&self) -> &[SqlType] {
        match self {
            Keys::Ints(_) => &[SqlType::Int64],
            Keys::Values { types, .. } => types,
        }
    }
}

/// Appends bytes that differ for different values: a tag, the length if it varies, and the content.
pub(crate) fn append_bytes(bytes: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Bool(value) => bytes.extend([1, u8::from(*value)]),
        Value::Int(value) => append_array(bytes, 2, value.to_le_bytes()),
        Value::Real(value) => append_array(bytes, 3, value.to_bits().to_le_bytes()),
        Value::Text(value) => append_slice(bytes, 4, value.as_bytes()),
        Value::Blob(value) => append_slice(bytes, 5, value),
        Value::Uuid(value) => append_slice(bytes, 6, value),
        Value::Date(value) => append_array(bytes, 7, value.days().to_le_bytes()),
        Value::Time(value) => append_array(bytes, 8, value.nanoseconds().to_le_bytes()),
        Value::DateTime(value) => append_date_time(bytes, 9, *value),
        Value::Timestamp(value) => append_date_time(bytes, 10, value.0),
        Value::Decimal(value) => {
            append_array(bytes, 11, value.coefficient().to_le_bytes());
            bytes.extend(value.scale().to_le_bytes());
        }
        Value::Json(value) => append_slice(bytes, 12, value.as_bytes()),
        Value::Range(value) => append_slice(bytes, 15, value.as_bytes()),
        Value::Interval(value) => {
            append_array(bytes, 14, value.months().to_le_bytes());
            bytes.extend(value.days().to_le_bytes());
            bytes.extend(value.microseconds().to_le_bytes());
        }
        Value::Array(values) => {
            append_array(bytes, 13, values.len().to_le_bytes());
            for value in values {
                append_bytes(bytes, value);
            }
        }
    }
}

fn append_date_time(bytes: &mut Vec<u8>, tag: u8, value: DateTime) {
    append_array(bytes, tag, value.seconds().to_le_bytes());
    bytes.extend(value.nanoseconds().to_le_bytes());
}

fn append_array<const N: usize>(bytes: &mut Vec<u8>, tag: u8, content: [u8; N]) {
    bytes.push(tag);
    bytes.extend(content);
}

fn append_slice(bytes: &mut Vec<u8>, tag: u8, content: &[u8]) {
    bytes.push(tag);
    bytes.extend(content.len().to_le_bytes());
    bytes.extend(content);
}
