//! Values that are sent to a database and read from it.

mod calendar;
mod decimal;
mod interval;

use std::borrow::Cow;
use std::fmt;

pub(crate) use calendar::DatePart;
pub use calendar::{Date, DateTime, DateUnit, Time, TimeUnit, Timestamp};
pub use decimal::Decimal;
pub use interval::Interval;

/// A value that is sent to the database: a bound parameter.
///
/// It borrows text and bytes if it can, so binding a row copies nothing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// A boolean; 0 or 1 if the database has no booleans.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
    /// A UUID; its 16 bytes if the database has no UUIDs.
    Uuid([u8; 16]),
    /// A calendar date; its text if the database has no dates.
    Date(Date),
    /// A time of day; its text if the database has no times.
    Time(Time),
    /// A date and a time of day without a time zone; its text if the database has no such type.
    DateTime(DateTime),
    /// An instant; its text if the database has no instants.
    Timestamp(Timestamp),
    /// A decimal number; its text if the database has no decimal numbers.
    Decimal(Decimal),
    /// A duration, for a database that has intervals.
    Interval(Interval),
    /// The text of a JSON value.
    Json(Cow<'a, str>),
    /// The text of a range, for a database that has ranges.
    Range(Cow<'a, str>),
    /// The elements of an array, for a database that has arrays.
    Array(Vec<Value<'a>>),
}

impl Value<'_> {
    /// Converts to the same value with its own text and bytes.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Int(value) => Value::Int(value),
            Value::Real(value) => Value::Real(value),
            Value::Text(value) => Value::Text(Cow::Owned(value.into_owned())),
            Value::Blob(value) => Value::Blob(Cow::Owned(value.into_owned())),
            Value::Uuid(value) => Value::Uuid(value),
            Value::Date(value) => Value::Date(value),
            Value::Time(value) => Value::Time(value),
            Value::DateTime(value) => Value::DateTime(value),
            Value::Timestamp(value) => Value::Timestamp(value),
            Value::Decimal(value) => Value::Decimal(value),
            Value::Interval(value) => Value::Interval(value),
            Value::Json(value) => Value::Json(Cow::Owned(value.into_owned())),
            Value::Range(value) => Value::Range(Cow::Owned(value.into_owned())),
            Value::Array(values) => Value::Array(values.into_iter().map(Value::into_owned).collect()),
        }
    }

    /// Borrows the value.
    #[must_use]
    pub fn as_value_ref(&self) -> ValueRef<'_> {
        match self {
            Value::Null => ValueRef::Null,
            Value::Bool(value) => ValueRef::Bool(*value),
            Value::Int(value) => ValueRef::Int(*value),
            Value::Real(value) => ValueRef::Real(*value),
            Value::Text(value) => ValueRef::Text(value),
            Value::Blob(value) => ValueRef::Blob(value),
            Value::Uuid(value) => ValueRef::Uuid(*value),
            Value::Date(value) => ValueRef::Date(*value),
            Value::Time(value) => ValueRef::Time(*value),
            Value::DateTime(value) => ValueRef::DateTime(*value),
            Value::Timestamp(value) => ValueRef::Timestamp(*value),
            Value::Decimal(value) => ValueRef::Decimal(*value),
            Value::Interval(value) => ValueRef::Interval(*value),
            Value::Json(value) => ValueRef::Json(value),
            Value::Range(value) => ValueRef::Range(value),
            Value::Array(values) => ValueRef::Array(values),
        }
    }

    /// Returns whether this is SQL `NULL`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

/// A value that was read from the database, borrowed from its row.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL `NULL`.
    Null,
    /// A boolean of a database that has them.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A UUID of a database that has them.
    Uuid([u8; 16]),
    /// A date of a database that has them.
    Date(Date),
    /// A time of day of a database that has them.
    Time(Time),
    /// A date and a time of day without a time zone, of a database that has them.
    DateTime(DateTime),
    /// An instant of a database that has them.
    Timestamp(Timestamp),
    /// A decimal number of a database that has them.
    Decimal(Decimal),
    /// A duration, of a database that has intervals.
    Interval(Interval),
    /// The text of a JSON value of a database that has them.
    Json(&'a str),
    /// The text of a range, of a database that has ranges.
    Range(&'a str),
    /// The elements of an array, of a database that has arrays.
    Array(&'a [Value<'a>]),
}

impl ValueRef<'_> {
    /// Returns the name of this kind of value, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            ValueRef::Null => "NULL",
            ValueRef::Bool(_) => "a boolean",
            ValueRef::Int(_) => "an integer",
            ValueRef::Real(_) => "a real number",
            ValueRef::Text(_) => "text",
            ValueRef::Blob(_) => "a blob",
            ValueRef::Uuid(_) => "a uuid",
            ValueRef::Date(_) => "a date",
            ValueRef::Time(_) => "a time of day",
            ValueRef::DateTime(_) => "a date and time without a time zone",
            ValueRef::Timestamp(_) => "an instant",
            ValueRef::Decimal(_) => "a decimal number",
            ValueRef::Interval(_) => "an interval",
            ValueRef::Json(_) => "JSON",
            ValueRef::Range(_) => "a range",
            ValueRef::Array(_) => "an array",
        }
    }

    /// Returns whether this is SQL `NULL`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, ValueRef::Null)
    }

    /// Copies the value.
    #[must_use]
    pub fn to_owned(self) -> Value<'static> {
        Value::from(self).into_owned()
    }
}

impl<'a> From<ValueRef<'a>> for Value<'a> {
    fn from(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null => Value::Null,
            ValueRef::Bool(value) => Value::Bool(value),
            ValueRef::Int(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Real(value),
            ValueRef::Text(value) => Value::Text(Cow::Borrowed(value)),
            ValueRef::Blob(value) => Value::Blob(Cow::Borrowed(value)),
            ValueRef::Uuid(value) => Value::Uuid(value),
            ValueRef::Date(value) => Value::Date(value),
            ValueRef::Time(value) => Value::Time(value),
            ValueRef::DateTime(value) => Value::DateTime(value),
            ValueRef::Timestamp(value) => Value::Timestamp(value),
            ValueRef::Decimal(value) => Value::Decimal(value),
            ValueRef::Interval(value) => Value::Interval(value),
            ValueRef::Json(value) => Value::Json(Cow::Borrowed(value)),
            ValueRef::Range(value) => Value::Range(Cow::Borrowed(value)),
            ValueRef::Array(values) => Value::Array(values.to_vec()),
        }
    }
}

/// Why a value does not fit a Rust type, without the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// `NULL` for a type that is not an `Option`.
    UnexpectedNull,
    /// A value of another kind, such as text for an integer.
    Kind {
        /// The kind that was found.
        found: &'static str,
    },
    /// A number outside the range of the type.
    OutOfRange,
    /// A number that the type can only hold inexactly.
    Inexact,
    /// Text that is not valid UTF-8.
    InvalidUtf8,
    /// A value that the database cannot store, and why.
    Unstorable(&'static str),
    /// A value that the user's type refused, and why.
    Refused(Cow<'static, str>),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::UnexpectedNull => f.write_str("found NULL, which only an `Option` can hold"),
            Mismatch::Kind { found } => write!(f, "found {found}"),
            Mismatch::OutOfRange => f.write_str("the number is out of range"),
            Mismatch::Inexact => f.write_str("the number cannot be held exactly"),
            Mismatch::InvalidUtf8 => f.write_str("the text is not valid UTF-8"),
            Mismatch::Unstorable(reason) => f.write_str(reason),
            Mismatch::Refused(reason) => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every parameter and every value that is read is one of these.
    #[test]
    fn values_stay_small() {
        assert_eq!((size_of::<Value<'_>>(), size_of::<ValueRef<'_>>()), (32, 24));
    }
}
