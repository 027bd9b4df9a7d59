//! Values between us and tokio-postgres, in the database's binary form.

mod calendar;
mod numeric;

use std::error::Error as StdError;
use std::fmt;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{Format, FromSql, IsNull, Kind as TypeKind, ToSql, Type};
use tokio_postgres::{Column, Row as RawRow};

use crate::prefetch::Keys;
use crate::row::Columns;
use crate::sql::Param;
use crate::types::exact_f64;
use crate::value::{Decimal, Mismatch, Timestamp, Value, ValueRef};

/// What one parameter of a statement is bound to.
#[derive(Clone, Copy)]
pub(super) struct Bound<'p> {
    /// Counted from 1.
    position: usize,
    what: What<'p>,
}

#[derive(Clone, Copy)]
enum What<'p> {
    Value(&'p Value<'p>),
    List(&'p [Value<'p>]),
    Ints(&'p [i64]),
}

/// What the parameters of a statement are bound to. Keys of several columns come as a list for each column.
pub(super) fn bound<'p>(params: &'p [Param<'p>]) -> Vec<Bound<'p>> {
    let what = |param: &'p Param<'p>| match param {
        Param::Value(value) => What::Value(value),
        Param::List(values) | Param::Keys(Keys::Values { values, .. }) => What::List(values),
        Param::Keys(Keys::Ints(keys)) => What::Ints(keys),
    };
    params.iter().zip(1..).map(|(param, position)| Bound { position, what: what(param) }).collect()
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
            What::List(values) => append_array(declared, values, out),
            What::Ints(keys) => append_ints(declared, keys, out),
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
            // The database reads the text as a value of a type that we do not know.
            What::Value(Value::Text(_)) if Carrier::of(declared) == Carrier::None => Format::Text,
            What::List(_) if element(declared).is_some_and(|element| Carrier::of(element) == Carrier::None) => {
                Format::Text
            }
            _ => Format::Binary,
        }
    }
}

/// Appends a value as one of the declared type.
fn append(value: &Value<'_>, declared: &Type, out: &mut BytesMut) -> Sent {
    match (value, Carrier::of(declared)) {
        (Value::Null, _) => return Ok(IsNull::Yes),
        (Value::Bool(value), Carrier::Bool) => out.put_u8(u8::from(*value)),
        (Value::Int(value), carrier) => append_int(*value, carrier, out)?,
        (Value::Real(value), Carrier::Double) => out.put_f64(*value),
        (Value::Real(value), Carrier::Float) => out.put_f32(narrowed(*value)?),
        (Value::Text(text), Carrier::Text | Carrier::None) => append_text(text, out)?,
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

/// Appends a list of values as an array of the declared type.
fn append_array(declared: &Type, values: &[Value<'_>], out: &mut BytesMut) -> Sent {
    if element(declared).is_some_and(|element| Carrier::of(element) == Carrier::None) {
        return append_array_of_texts(declared, values, out);
    }
    let element = begin_array(declared, values.len(), out)?;
    for value in values {
        let at = out.len();
        out.put_i32(-1);
        if let IsNull::No = append(value, element, out)? {
            let Ok(length) = i32::try_from(out.len() - at - 4) else { return Err(TOO_LONG) };
            out[at..at + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    end_array(out)
}

/// Appends a list of texts as an array whose elements the database reads as values of a type that we do not know:
/// `{"one","two",NULL}`
fn append_array_of_texts(declared: &Type, values: &[Value<'_>], out: &mut BytesMut) -> Sent {
    out.put_u8(b'{');
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.put_u8(b',');
        }
        match value {
            Value::Null => out.put_slice(b"NULL"),
            Value::Text(text) => {
                out.put_u8(b'"');
                append_text(&text.replace('\\', "\\\\").replace('"', "\\\""), out)?;
                out.put_u8(b'"');
            }
            _ => return Err(misplaced(value, declared)),
        }
    }
    out.put_u8(b'}');
    end_array(out)
}

/// Appends integers as an array of the declared type.
fn append_ints(declared: &Type, keys: &[i64], out: &mut BytesMut) -> Sent {
    let element = begin_array(declared, keys.len(), out)?;
    if Carrier::of(element) == Carrier::Long {
        out.reserve(keys.len() * 12);
        for key in keys {
            out.put_i32(8);
            out.put_i64(*key);
        }
        return end_array(out);
    }
    for key in keys {
        let at = out.len();
        out.put_i32(-1);
        append_int(*key, Carrier::of(element), out)?;
        let Ok(length) = i32::try_from(out.len() - at - 4) else { return Err(TOO_LONG) };
        out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    }
    end_array(out)
}

/// Appends what stands before the elements of an array, and returns their type.
fn begin_array<'t>(declared: &'t Type, length: usize, out: &mut BytesMut) -> Result<&'t Type, Mismatch> {
    let Some(element) = element(declared) else {
        let message = format!("a list is bound where the statement takes `{}`; cast the parameter", declared.name());
        return Err(Mismatch::Refused(message.into()));
    };
    let Ok(length) = i32::try_from(length) else { return Err(TOO_LONG) };
    out.put_i32(1);
    out.put_i32(1);
    out.put_u32(element.oid());
    out.put_i32(length);
    // Arrays of this database count from 1.
    out.put_i32(1);
    Ok(element)
}

fn end_array(out: &BytesMut) -> Sent {
    if i32::try_from(out.len()).is_err() {
        return Err(TOO_LONG);
    }
    Ok(IsNull::No)
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

    /// How the values of some columns travel.
    pub(super) fn of_columns(columns: &[Column]) -> Box<[Carrier]> {
        columns.iter().map(|column| Carrier::of(column.type_())).collect()
    }
}

/// The type of an array's elements.
fn element(declared: &Type) -> Option<&Type> {
    match inner(declared).kind() {
        TypeKind::Array(element) => Some(element),
        _ => None,
    }
}

/// The type that a domain restricts.
fn inner(declared: &Type) -> &Type {
    match declared.kind() {
        TypeKind::Domain(of) => inner(of),
        _ => declared,
    }
}

/// A row that tokio-postgres has read.
pub(super) struct PostgresRow<'r> {
    pub(super) row: &'r RawRow,
    pub(super) carriers: &'r [Carrier],
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
        let Some(carrier) = self.carriers.get(index) else {
            return Err(Mismatch::Refused("the row has no such column".into()));
        };
        match self.row.try_get(index) {
            Ok(Bytes(Some(bytes))) => decode(*carrier, bytes).unwrap_or_else(|| Err(self.unreadable(index, *carrier))),
            Ok(Bytes(None)) => Ok(ValueRef::Null),
            Err(_) => Err(self.unreadable(index, *carrier)),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(Column::name)
    }
}

impl PostgresRow<'_> {
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
        Carrier::None => return None,
    }))
}

fn text(bytes: &[u8]) -> Result<&str, Mismatch> {
    std::str::from_utf8(bytes).map_err(|_| Mismatch::InvalidUtf8)
}

#[cfg(test)]
mod tests;
