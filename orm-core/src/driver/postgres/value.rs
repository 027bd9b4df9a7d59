//! Values between us and tokio-postgres, in the database's binary form.

mod array;
mod calendar;
mod numeric;

use std::cell::OnceCell;
use std::error::Error as StdError;
use std::fmt;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{Format, FromSql, IsNull, Kind as TypeKind, ToSql, Type};
use tokio_postgres::{Column, Row as RawRow};

use crate::row::Columns;
use crate::types::{Keys, Param, exact_f32, exact_f64, has_host_bits};
use crate::value::{Decimal, Interval, Mismatch, Timestamp, Value, ValueRef};

/// What one parameter of a statement is bound to.
#[derive(Clone, Copy)]
pub(super) struct Bound<'p> {
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

/// What the parameters of a statement are bound to. Keys of several columns come as a list for each column.
pub(super) fn bound<'p>(params: &'p [Param<'p>]) -> Vec<Bound<'p>> {
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
    /// Whether this is compared with something of a declared type, and holds numbers that are none of that type.
    fn is_beyond(&self, declared: &Type) -> bool {
        let carrier = Carrier::of(array::element(declared).unwrap_or(declared));
        self.is_compared
            && match self.what {
                What::Value(value) => carrier.lacks(value),
                What::List(values) => values.iter().any(|value| carrier.lacks(value)),
                What::Ints(keys) => keys.iter().any(|&key| carrier.lacks(&Value::Int(key))),
                What::Refused(_) => false,
            }
    }

    /// The type to compare as, where the declared one is too narrow for some of the values that may be compared.
    fn wider(&self, declared: &Type) -> Option<Type> {
        wider(declared).filter(|_| self.is_compared)
    }
}

/// Whether a number can be beyond a type.
pub(super) fn is_narrow(declared: &Type) -> bool {
    wider(declared).is_some()
}

/// The widest type of numbers of a kind, for a narrower one or arrays of it.
fn wider(declared: &Type) -> Option<Type> {
    let element = array::element(declared);
    Some(match (Carrier::of(element.unwrap_or(declared)), element.is_some()) {
        (Carrier::Short | Carrier::Int, false) => Type::INT8,
        (Carrier::Short | Carrier::Int, true) => Type::INT8_ARRAY,
        (Carrier::Float, false) => Type::FLOAT8,
        (Carrier::Float, true) => Type::FLOAT8_ARRAY,
        _ => return None,
    })
}

/// Types to declare the parameters of a statement with, so that what is bound to them can be compared: numbers that are
/// none of a column's type are so in the wider one. `None` where the types are wide enough.
pub(super) fn wide_enough(declared: &[Type], bound: &[Bound<'_>]) -> Option<Vec<Type>> {
    let pairs = || declared.iter().zip(bound);
    if !pairs().any(|(declared, bound)| bound.is_beyond(declared)) {
        return None;
    }
    Some(pairs().map(|(declared, bound)| bound.wider(declared).unwrap_or_else(|| declared.clone())).collect())
}

/// Why a parameter is not sent.
#[derive(Debug)]
pub(super) struct Refused {
    /// Counted from 1.
    pub(super) position: usize,
    pub(super) mismatch: Mismatch,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mismatch.fmt(f)
    }
}

impl StdError for Refused {}

type Sent = Result<IsNull, Mismatch>;

/// The library writes parameters to the log of whoever asks for that; values may be secrets.
impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, declared: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let sent = match self.what {
            What::Value(value) => append(value, declared, out),
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
            // The database reads the text as a value of a type that we do not know, or whose binary form the text is not.
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

/// Appends a value as one of the declared type.
fn append(value: &Value<'_>, declared: &Type, out: &mut BytesMut) -> Sent {
    match (value, Carrier::of(declared)) {
        (Value::Null, _) => return Ok(IsNull::Yes),
        (Value::Array(values), _) => return array::append(declared, values, out),
        (Value::Bool(value), Carrier::Bool) => out.put_u8(u8::from(*value)),
        (Value::Int(value), carrier) => append_int(*value, carrier, out)?,
        (Value::Real(value), Carrier::Double) => out.put_f64(*value),
        (Value::Real(value), Carrier::Float) => out.put_f32(narrowed(*value)?),
        (Value::Text(text), Carrier::None | Carrier::Interval) => append_unknown(text, declared, out)?,
        (Value::Text(text), Carrier::Text) | (Value::Range(text), Carrier::None) => append_text(text, out)?,
        (Value::Text(text) | Value::Json(text), Carrier::Json) | (Value::Json(text), Carrier::Text) => {
            append_text(text, out)?;
        }
        (Value::Text(text) | Value::Json(text), Carrier::Jsonb) => {
            if escapes_nul(text) {
                return Err(Mismatch::Unstorable("PostgreSQL cannot store `\\u0000` within a `jsonb`"));
            }
            out.put_u8(JSONB_VERSION);
            append_text(text, out)?;
        }
        (Value::Decimal(value), Carrier::Numeric) => numeric::append(*value, out)?,
        (Value::Date(value), Carrier::Date) => out.put_i32(calendar::days(*value)?),
        (Value::Time(value), Carrier::Time) => out.put_i64(calendar::time_of_day(*value)?),
        (Value::DateTime(value), Carrier::DateTime) | (Value::Timestamp(Timestamp(value)), Carrier::Timestamp) => {
            out.put_i64(calendar::microseconds(*value)?);
        }
        (Value::Interval(value), Carrier::Interval) => {
            out.put_i64(value.microseconds());
            out.put_i32(value.days());
            out.put_i32(value.months());
        }
        (Value::Blob(bytes), Carrier::Bytes) => append_bytes(bytes, out)?,
        (Value::Uuid(bytes), Carrier::Uuid | Carrier::Bytes) => out.put_slice(bytes),
        _ => return Err(misplaced(value, declared)),
    }
    Ok(IsNull::No)
}

fn append_int(value: i64, carrier: Carrier, out: &mut BytesMut) -> Result<(), Mismatch> {
    let too_large = |_| Mismatch::OutOfRange;
    match carrier {
        Carrier::Long => out.put_i64(value),
        Carrier::Int => out.put_i32(i32::try_from(value).map_err(too_large)?),
        Carrier::Short => out.put_i16(i16::try_from(value).map_err(too_large)?),
        Carrier::Oid => out.put_u32(u32::try_from(value).map_err(too_large)?),
        Carrier::Double => out.put_f64(exact_f64(value).ok_or(Mismatch::Inexact)?),
        Carrier::Numeric => numeric::append(Decimal::new(value.into(), 0), out)?,
        _ => return Err(Mismatch::Kind { found: "an integer" }),
    }
    Ok(())
}

/// A real number in half the width; one that would become infinite is refused.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what a column of half the width is for")]
fn narrowed(value: f64) -> Result<f32, Mismatch> {
    let narrow = value as f32;
    if narrow.is_infinite() && value.is_finite() {
        return Err(Mismatch::OutOfRange);
    }
    Ok(narrow)
}

/// Appends the text of a value of a type that we do not know.
fn append_unknown(text: &str, declared: &Type, out: &mut BytesMut) -> Result<(), Mismatch> {
    if *array::inner(declared) == Type::CIDR && has_host_bits(text) {
        return Err(Mismatch::Unstorable(
            "a column of type `cidr` holds networks, without bits of an address after the prefix; declare it as `inet`",
        ));
    }
    append_text(text, out)
}

fn append_text(text: &str, out: &mut BytesMut) -> Result<(), Mismatch> {
    if text.contains('\0') {
        return Err(Mismatch::Unstorable("PostgreSQL cannot store text with a NUL character"));
    }
    append_bytes(text.as_bytes(), out)
}

fn append_bytes(bytes: &[u8], out: &mut BytesMut) -> Result<(), Mismatch> {
    if i32::try_from(bytes.len()).is_err() {
        return Err(TOO_LONG);
    }
    out.put_slice(bytes);
    Ok(())
}

/// The protocol counts bytes in an `i32`.
const TOO_LONG: Mismatch = Mismatch::Unstorable("PostgreSQL takes at most 2147483647 bytes at once");

/// The first byte of a `jsonb`.
const JSONB_VERSION: u8 = 1;

/// Whether a JSON text holds the escape of a NUL character.
fn escapes_nul(json: &str) -> bool {
    let mut rest = json.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        // What is escaped may be a backslash itself.
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

#[cold]
fn misplaced(value: &Value<'_>, declared: &Type) -> Mismatch {
    let found = value.as_value_ref().kind();
    Mismatch::Refused(
        format!("{found} is bound where the statement takes `{}`; cast the parameter", declared.name()).into(),
    )
}

/// How values of a type travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Bool,
    Short,
    Int,
    Long,
    Oid,
    Float,
    Double,
    Text,
    Json,
    Jsonb,
    Bytes,
    Uuid,
    Numeric,
    Date,
    Time,
    DateTime,
    Timestamp,
    Interval,
    /// In no way of ours.
    None,
}

impl Carrier {
    /// How values of this type travel.
    pub(super) fn of(declared: &Type) -> Self {
        match *declared {
            Type::BOOL => Carrier::Bool,
            Type::INT2 => Carrier::Short,
            Type::INT4 => Carrier::Int,
            Type::INT8 => Carrier::Long,
            Type::OID => Carrier::Oid,
            Type::FLOAT4 => Carrier::Float,
            Type::FLOAT8 => Carrier::Double,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::CHAR | Type::XML => {
                Carrier::Text
            }
            Type::JSON => Carrier::Json,
            Type::JSONB => Carrier::Jsonb,
            Type::NUMERIC => Carrier::Numeric,
            Type::DATE => Carrier::Date,
            Type::TIME => Carrier::Time,
            Type::TIMESTAMP => Carrier::DateTime,
            Type::TIMESTAMPTZ => Carrier::Timestamp,
            Type::INTERVAL => Carrier::Interval,
            Type::BYTEA => Carrier::Bytes,
            Type::UUID => Carrier::Uuid,
            ref other => match other.kind() {
                TypeKind::Domain(inner) => Carrier::of(inner),
                TypeKind::Enum(_) => Carrier::Text,
                // An extension's, so its number differs from database to database.
                TypeKind::Simple if other.name() == "citext" => Carrier::Text,
                _ => Carrier::None,
            },
        }
    }

    /// Whether a number does not fit this type.
    fn lacks(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Carrier::Short, Value::Int(value)) => i16::try_from(*value).is_err(),
            (Carrier::Int, Value::Int(value)) => i32::try_from(*value).is_err(),
            (Carrier::Float, Value::Real(value)) => exact_f32(*value).is_none(),
            _ => false,
        }
    }
}

/// How the values of a column travel: each by itself, or as the elements of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One(Carrier),
    Array(Carrier),
    /// As the text that the server makes of it.
    Text,
    /// As the text that the server makes of the array, with this between the elements.
    TextOfArray(char),
}

impl Shape {
    fn of(declared: &Type) -> Self {
        array::element(declared)
            .map_or_else(|| Shape::One(Carrier::of(declared)), |element| Shape::Array(Carrier::of(element)))
    }

    /// How the values of some columns travel.
    pub(super) fn of_columns(columns: &[Column]) -> Box<[Shape]> {
        columns.iter().map(|column| Shape::of(column.type_())).collect()
    }

    /// How the values of some columns travel where those that travel in no way of ours are asked for as text.
    pub(super) fn of_columns_with_text(columns: &[Column]) -> Box<[Shape]> {
        let shape = |column: &Column| match Shape::of(column.type_()) {
            Shape::One(Carrier::None) => Shape::Text,
            Shape::Array(Carrier::None) => {
                array::delimiter(column.type_()).map_or(Shape::Array(Carrier::None), Shape::TextOfArray)
            }
            shape => shape,
        };
        columns.iter().map(shape).collect()
    }

    /// Whether the value travels as text.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Shape::Text | Shape::TextOfArray(_))
    }
}

/// A row that tokio-postgres has read.
pub(super) struct PostgresRow<'r> {
    row: &'r RawRow,
    shapes: &'r [Shape],
    /// The elements of the arrays that were asked for, by column; empty where no column holds arrays.
    arrays: Box<[OnceCell<Vec<Value<'r>>>]>,
}

/// The bytes of a value, whatever its type.
struct Bytes<'r>(Option<&'r [u8]>);

impl<'r> FromSql<'r> for Bytes<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Bytes(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Bytes(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Columns for PostgresRow<'_> {
    #[inline]
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        let Some(shape) = self.shapes.get(index) else {
            return Err(Mismatch::Refused("the row has no such column".into()));
        };
        match (self.row.try_get(index), *shape) {
            (Ok(Bytes(None)), _) => Ok(ValueRef::Null),
            (Ok(Bytes(Some(bytes))), Shape::One(carrier)) => {
                decode(carrier, bytes).unwrap_or_else(|| Err(self.unreadable(index, carrier)))
            }
            (Ok(Bytes(Some(bytes))), Shape::Text) => text(bytes).map(ValueRef::Text),
            (Ok(Bytes(Some(bytes))), _) => self.array(index, *shape, bytes),
            (Err(_), _) => Err(self.unreadable(index, Carrier::Text)),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(Column::name)
    }
}

impl<'r> PostgresRow<'r> {
    pub(super) fn new(row: &'r RawRow, shapes: &'r [Shape]) -> Self {
        let has_arrays = shapes.iter().any(|shape| matches!(shape, Shape::Array(_) | Shape::TextOfArray(_)));
        let arrays = if has_arrays { shapes.iter().map(|_| OnceCell::new()).collect() } else { Box::default() };
        PostgresRow { row, shapes, arrays }
    }

    /// The elements of an array. They are kept beside the row, so that they can be borrowed as its other values are.
    fn array(&self, index: usize, shape: Shape, bytes: &'r [u8]) -> Result<ValueRef<'_>, Mismatch> {
        let (element, values) = match shape {
            Shape::Array(element) => (element, array::decode(element, bytes)),
            Shape::TextOfArray(delimiter) => {
                let parsed = text(bytes).map(|text| array::parse(text, delimiter));
                (Carrier::Text, parsed.unwrap_or_else(|mismatch| Some(Err(mismatch))))
            }
            Shape::One(carrier) => (carrier, None),
            Shape::Text => (Carrier::Text, None),
        };
        let Some(cell) = self.arrays.get(index) else { return Err(self.unreadable(index, element)) };
        let values = values.unwrap_or_else(|| Err(self.unreadable(index, element)))?;
        Ok(ValueRef::Array(cell.get_or_init(|| values)))
    }

    #[cold]
    fn unreadable(&self, index: usize, carrier: Carrier) -> Mismatch {
        let name = self.row.columns().get(index).map_or("", |column| column.type_().name());
        Mismatch::Refused(match carrier {
            Carrier::None => format!("values of type `{name}` cannot be read; cast the column to one that can").into(),
            _ => format!("the bytes are not those of a value of type `{name}`").into(),
        })
    }
}

/// The value that some bytes are; `None` when they are none.
#[inline]
fn decode(carrier: Carrier, bytes: &[u8]) -> Option<Result<ValueRef<'_>, Mismatch>> {
    Some(Ok(match carrier {
        Carrier::Long => ValueRef::Int(i64::from_be_bytes(bytes.try_into().ok()?)),
        Carrier::Int => ValueRef::Int(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        Carrier::Text => return Some(text(bytes).map(ValueRef::Text)),
        Carrier::Bool => ValueRef::Bool(bytes.first()? != &0),
        Carrier::Short => ValueRef::Int(i16::from_be_bytes(bytes.try_into().ok()?).into()),
        Carrier::Oid => ValueRef::Int(u32::from_be_bytes(bytes.try_into().ok()?).into()),
        Carrier::Float => ValueRef::Real(f32::from_be_bytes(bytes.try_into().ok()?).into()),
        Carrier::Double => ValueRef::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        Carrier::Bytes => ValueRef::Blob(bytes),
        Carrier::Uuid => ValueRef::Uuid(bytes.try_into().ok()?),
        Carrier::Json => return Some(text(bytes).map(ValueRef::Json)),
        Carrier::Jsonb => return Some(text(bytes.strip_prefix(&[JSONB_VERSION])?).map(ValueRef::Json)),
        Carrier::Numeric => return Some(numeric::decode(bytes)?.map(ValueRef::Decimal)),
        Carrier::Date => {
            return Some(calendar::date(i32::from_be_bytes(bytes.try_into().ok()?)).map(ValueRef::Date));
        }
        Carrier::Time => {
            return Some(calendar::time(i64::from_be_bytes(bytes.try_into().ok()?)).map(ValueRef::Time));
        }
        Carrier::DateTime => {
            return Some(calendar::date_time(i64::from_be_bytes(bytes.try_into().ok()?)).map(ValueRef::DateTime));
        }
        Carrier::Timestamp => {
            let at = calendar::date_time(i64::from_be_bytes(bytes.try_into().ok()?));
            return Some(at.map(|at| ValueRef::Timestamp(Timestamp(at))));
        }
        Carrier::Interval => ValueRef::Interval(interval(bytes)?),
        Carrier::None => return None,
    }))
}

fn interval(bytes: &[u8]) -> Option<Interval> {
    let (microseconds, rest) = bytes.split_first_chunk()?;
    let (days, months) = rest.split_first_chunk()?;
    let months = i32::from_be_bytes(months.try_into().ok()?);
    Some(Interval::new(months, i32::from_be_bytes(*days), i64::from_be_bytes(*microseconds)))
}

fn text(bytes: &[u8]) -> Result<&str, Mismatch> {
    std::str::from_utf8(bytes).map_err(|_| Mismatch::InvalidUtf8)
}

#[cfg(test)]
mod tests;
