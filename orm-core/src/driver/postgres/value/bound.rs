//! The values of a statement's parameters, as they are sent.

use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use super::carrier::{Carrier, element};
use super::{array, scalar};
use crate::types::{Keys, Param};
use crate::value::{Mismatch, Value};

/// The value of one parameter of a statement.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'p> {
    /// Counted from 1.
    position: usize,
    what: What<'p>,
    /// It is compared with something, and not stored.
    is_compared: bool,
}

#[derive(Clone, Copy)]
enum What<'p> {
    Value(&'p Value<'p>),
    List(&'p [Value<'p>]),
    Ints(&'p [i64]),
    Refused(&'p Mismatch),
}

/// The values of a statement's parameters. Keys of several columns become a list for each column.
pub(crate) fn bound<'p>(params: &'p [Param<'p>]) -> Vec<Bound<'p>> {
    let bound = |(param, position): (&'p Param<'p>, usize)| {
        let (what, is_compared) = match param {
            Param::Value(value) => (What::Value(value), false),
            Param::Compared(value) => (What::Value(value), true),
            Param::Column(values) => (What::List(values), false),
            Param::List(values) | Param::Keys(Keys::Values { values, .. }) => (What::List(values), true),
            Param::Keys(Keys::Ints(keys)) => (What::Ints(keys), true),
            Param::Refused(mismatch) => (What::Refused(mismatch), false),
        };
        Bound { position, what, is_compared }
    };
    params.iter().zip(1..).map(bound).collect()
}

impl Bound<'_> {
    /// Whether this is compared with something of a declared type, and contains numbers out of its range.
    fn is_beyond(&self, declared: &Type) -> bool {
        let carrier = Carrier::of(element(declared).unwrap_or(declared));
        self.is_compared
            && match self.what {
                What::Value(value) => carrier.lacks(value),
                What::List(values) => values.iter().any(|value| carrier.lacks(value)),
                What::Ints(keys) => keys.iter().any(|&key| carrier.lacks(&Value::Int(key))),
                What::Refused(_) => false,
            }
    }

    /// The type for the comparison, if the declared one is too narrow for some of the values.
    fn wider(&self, declared: &Type) -> Option<Type> {
        wider(declared).filter(|_| self.is_compared)
    }
}

/// Whether a number can be out of the range of a type.
pub(crate) fn is_narrow(declared: &Type) -> bool {
    wider(declared).is_some()
}

/// The widest type of numbers of a kind, for a narrower one or arrays of it.
fn wider(declared: &Type) -> Option<Type> {
    let element = element(declared);
    Some(match (Carrier::of(element.unwrap_or(declared)), element.is_some()) {
        (Carrier::Short | Carrier::Int, false) => Type::INT8,
        (Carrier::Short | Carrier::Int, true) => Type::INT8_ARRAY,
        (Carrier::Float, false) => Type::FLOAT8,
        (Carrier::Float, true) => Type::FLOAT8_ARRAY,
        _ => return None,
    })
}

/// The types with which the parameters of a statement have to be declared so that the bound values can be compared:
/// numbers out of the range of a column's type need a wider one. `None` if the types are wide enough.
pub(crate) fn wide_enough(declared: &[Type], bound: &[Bound<'_>]) -> Option<Vec<Type>> {
    let pairs = || declared.iter().zip(bound);
    if !pairs().any(|(declared, bound)| bound.is_beyond(declared)) {
        return None;
    }
    Some(pairs().map(|(declared, bound)| bound.wider(declared).unwrap_or_else(|| declared.clone())).collect())
}

/// Why a parameter is not sent.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Counted from 1.
    pub(crate) position: usize,
    pub(crate) mismatch: Mismatch,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mismatch.fmt(f)
    }
}

impl StdError for Refused {}

/// tokio-postgres writes parameters to the log at some levels; values may be secrets.
impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, declared: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let sent = match self.what {
            What::Value(Value::Array(values)) => array::append(declared, values, out),
            What::Value(value) => scalar::append(value, declared, out),
            What::List(values) => array::append(declared, values, out),
            What::Ints(keys) => array::append_ints(declared, keys, out),
            What::Refused(mismatch) => Err(mismatch.clone()),
        };
        sent.map_err(|mismatch| Refused { position: self.position, mismatch }.into())
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, declared: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(declared, out)
    }

    fn encode_format(&self, declared: &Type) -> Format {
        match self.what {
            // The database parses the text as a value of an unknown type, or of one with another binary form.
            What::Value(Value::Text(_) | Value::Range(_))
                if matches!(Carrier::of(declared), Carrier::None | Carrier::Interval) =>
            {
                Format::Text
            }
            What::List(values) if array::is_sent_as_text(declared, values) => Format::Text,
            What::Value(Value::Array(values)) if array::is_sent_as_text(declared, values) => Format::Text,
            _ => Format::Binary,
        }
    }
}
