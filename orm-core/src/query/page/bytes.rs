//! The values of a cursor as bytes.

use crate::value::{Date, DateTime, Decimal, Interval, Time, Timestamp, Value};

/// FNV-1a.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Appends a value: its type, the length of its content, and its content.
pub(super) fn write_value(bytes: &mut Vec<u8>, value: &Value<'_>) {
    let (tag, content) = match value {
        Value::Null => (0, Vec::new()),
        Value::Bool(value) => (1, vec![u8::from(*value)]),
        Value::Int(value) => (2, value.to_le_bytes().to_vec()),
        Value::Real(value) => (3, value.to_bits().to_le_bytes().to_vec()),
        Value::Text(value) => (4, value.as_bytes().to_vec()),
        Value::Blob(value) => (5, value.to_vec()),
        Value::Uuid(value) => (6, value.to_vec()),
        Value::Date(value) => (7, value.days().to_le_bytes().to_vec()),
        Value::Time(value) => (8, value.nanoseconds().to_le_bytes().to_vec()),
        Value::DateTime(value) => (9, moment(*value)),
        Value::Timestamp(value) => (10, moment(value.0)),
        Value::Decimal(value) => (11, [&value.coefficient().to_le_bytes()[..], &value.scale().to_le_bytes()].concat()),
        Value::Interval(value) => (14, interval(*value)),
        Value::Json(value) => (12, value.as_bytes().to_vec()),
        Value::Range(value) => (15, value.as_bytes().to_vec()),
        Value::Array(values) => {
            let mut content = Vec::new();
            for value in values {
                write_value(&mut content, value);
            }
            (ARRAY, content)
        }
    };
    bytes.push(tag);
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend(content);
}

/// Reads a value from the front; `None` if the bytes are malformed.
pub(super) fn read_value(bytes: &mut &[u8]) -> Option<Value<'static>> {
    let (&tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (content, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    *bytes = rest;
    let text = || std::str::from_utf8(content).ok();
    Some(match tag {
        0 if content.is_empty() => Value::Null,
        1 => match content {
            [0] => Value::Bool(false),
            [1] => Value::Bool(true),
            _ => return None,
        },
        2 => Value::Int(i64::from_le_bytes(content.try_into().ok()?)),
        3 => Value::Real(f64::from_bits(u64::from_le_bytes(content.try_into().ok()?))),
        4 => Value::Text(text()?.to_owned().into()),
        5 => Value::Blob(content.to_vec().into()),
        6 => Value::Uuid(content.try_into().ok()?),
        7 => Value::Date(Date::from_days(i32::from_le_bytes(content.try_into().ok()?))),
        8 => Value::Time(Time::from_nanoseconds(u64::from_le_bytes(content.try_into().ok()?))?),
        9 => Value::DateTime(read_moment(content)?),
        10 => Value::Timestamp(Timestamp(read_moment(content)?)),
        11 => Value::Decimal(read_decimal(content)?),
        14 => Value::Interval(read_interval(content)?),
        12 => Value::Json(text()?.to_owned().into()),
        15 => Value::Range(text()?.to_owned().into()),
        ARRAY => Value::Array(read_array(content)?),
        _ => return None,
    })
}

/// The tag of an array, whose content is its elements.
const ARRAY: u8 = 13;

fn moment(value: DateTime) -> Vec<u8> {
    [&value.seconds().to_le_bytes()[..], &value.nanoseconds().to_le_bytes()].concat()
}

fn read_moment(content: &[u8]) -> Option<DateTime> {
    let (seconds, nanoseconds) = content.split_first_chunk::<8>()?;
    DateTime::new(i64::from_le_bytes(*seconds), u32::from_le_bytes(nanoseconds.try_into().ok()?))
}

fn read_decimal(content: &[u8]) -> Option<Decimal> {
    let (coefficient, scale) = content.split_first_chunk::<16>()?;
    Some(Decimal::new(i128::from_le_bytes(*coefficient), u16::from_le_bytes(scale.try_into().ok()?)))
}

fn interval(value: Interval) -> Vec<u8> {
    [&value.months().to_le_bytes()[..], &value.days().to_le_bytes(), &value.microseconds().to_le_bytes()].concat()
}

fn read_interval(content: &[u8]) -> Option<Interval> {
    let (months, rest) = content.split_first_chunk()?;
    let (days, microseconds) = rest.split_first_chunk()?;
    let microseconds = i64::from_le_bytes(microseconds.try_into().ok()?);
    Some(Interval::new(i32::from_le_bytes(*months), i32::from_le_bytes(*days), microseconds))
}

fn read_array(mut content: &[u8]) -> Option<Vec<Value<'static>>> {
    let mut values = Vec::new();
    while !content.is_empty() {
        // No cursor of this library has an array within an array. A forged one could nest them until the stack
        // overflows.
        if content.first() == Some(&ARRAY) {
            return None;
        }
        values.push(read_value(&mut content)?);
    }
    Some(values)
}
