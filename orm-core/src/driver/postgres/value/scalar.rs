//! One value, in the database's binary form.

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, Type};

use super::carrier::{Carrier, inner};
use super::{calendar, numeric};
use crate::types::{exact_f64, has_host_bits};
use crate::value::{Decimal, Interval, Mismatch, Timestamp, Value, ValueRef};

/// Whether a value is `NULL`, which is sent without bytes.
pub(super) type Sent = Result<IsNull, Mismatch>;

/// Appends a value other than an array, as the declared type.
pub(super) fn append(value: &Value<'_>, declared: &Type, out: &mut BytesMut) -> Sent {
    match (value, Carrier::of(declared)) {
        (Value::Null, _) => return Ok(IsNull::Yes),
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

pub(super) fn append_int(value: i64, carrier: Carrier, out: &mut BytesMut) -> Result<(), Mismatch> {
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

/// A real number in half the width; a number that would become infinite is refused.
#[expect(clippy::cast_possible_truncation, reason = "a column of half the width rounds")]
fn narrowed(value: f64) -> Result<f32, Mismatch> {
    let narrow = value as f32;
    if narrow.is_infinite() && value.is_finite() {
        return Err(Mismatch::OutOfRange);
    }
    Ok(narrow)
}

/// Appends the text of a value of an unknown type.
pub(super) fn append_unknown(text: &str, declared: &Type, out: &mut BytesMut) -> Result<(), Mismatch> {
    if *inner(declared) == Type::CIDR && has_host_bits(text) {
        return Err(Mismatch::Unstorable(
            "a column of type `cidr` cannot hold an address with bits after the prefix; declare it as `inet`",
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
pub(super) const TOO_LONG: Mismatch = Mismatch::Unstorable("PostgreSQL accepts at most 2147483647 bytes at once");

/// The first byte of a `jsonb`.
const JSONB_VERSION: u8 = 1;

/// Whether JSON text contains the escape of a NUL character.
fn escapes_nul(json: &str) -> bool {
    let mut rest = json.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        // The escaped character may be a backslash.
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

#[cold]
pub(super) fn misplaced(value: &Value<'_>, declared: &Type) -> Mismatch {
    let found = value.as_value_ref().kind();
    Mismatch::Refused(
        format!("{found} is bound where the statement expects `{}`; cast the parameter", declared.name()).into(),
    )
}

/// Decodes a value; `None` if the bytes are malformed.
#[inline]
pub(super) fn decode(carrier: Carrier, bytes: &[u8]) -> Option<Result<ValueRef<'_>, Mismatch>> {
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

#[inline]
pub(super) fn text(bytes: &[u8]) -> Result<&str, Mismatch> {
    std::str::from_utf8(bytes).map_err(|_| Mismatch::InvalidUtf8)
}

#[cfg(test)]
mod tests;
