//! Arrays in the database's binary form, or as text if the type of their elements is unknown.

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, Type};

use super::carrier::{Carrier, delimiter, element};
use super::scalar::{self, Sent, TOO_LONG, append_int, append_unknown, misplaced};
use crate::value::{Mismatch, Value};

/// Appends a list of values as an array of the declared type.
pub(super) fn append(declared: &Type, values: &[Value<'_>], out: &mut BytesMut) -> Sent {
    if is_sent_as_text(declared, values) {
        return append_texts(declared, values, out);
    }
    let element = begin_array(declared, values.len(), out)?;
    for value in values {
        let at = out.len();
        out.put_i32(-1);
        if let IsNull::No = scalar::append(value, element, out)? {
            let Ok(length) = i32::try_from(out.len() - at - 4) else { return Err(TOO_LONG) };
            out[at..at + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    end_array(out)
}

/// Appends a list of texts as an array whose elements the database parses as values of an unknown type:
/// `{"one","two",NULL}`
fn append_texts(declared: &Type, values: &[Value<'_>], out: &mut BytesMut) -> Sent {
    let between = delimiter(declared).unwrap_or(',');
    let element = element(declared).unwrap_or(declared);
    out.put_u8(b'{');
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.put_slice(between.encode_utf8(&mut [0; 4]).as_bytes());
        }
        match value {
            Value::Null => out.put_slice(b"NULL"),
            Value::Text(text) | Value::Range(text) => {
                out.put_u8(b'"');
                append_unknown(&text.replace('\\', "\\\\").replace('"', "\\\""), element, out)?;
                out.put_u8(b'"');
            }
            _ => return Err(misplaced(value, declared)),
        }
    }
    out.put_u8(b'}');
    end_array(out)
}

/// Appends integers as an array of the declared type.
pub(super) fn append_ints(declared: &Type, keys: &[i64], out: &mut BytesMut) -> Sent {
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

/// Appends the header of an array, and returns the type of its elements.
fn begin_array<'t>(declared: &'t Type, length: usize, out: &mut BytesMut) -> Result<&'t Type, Mismatch> {
    let Some(element) = element(declared) else {
        let message =
            format!("an array is bound where the statement expects `{}`; cast the parameter", declared.name());
        return Err(Mismatch::Refused(message.into()));
    };
    let Ok(length) = i32::try_from(length) else { return Err(TOO_LONG) };
    out.put_i32(1);
    out.put_i32(1);
    out.put_u32(element.oid());
    out.put_i32(length);
    // The lower bound of these arrays is 1.
    out.put_i32(1);
    Ok(element)
}

fn end_array(out: &BytesMut) -> Sent {
    if i32::try_from(out.len()).is_err() {
        return Err(TOO_LONG);
    }
    Ok(IsNull::No)
}

/// Whether values are sent to an array of a type as text, which the database parses.
pub(super) fn is_sent_as_text(declared: &Type, values: &[Value<'_>]) -> bool {
    match element(declared).map(Carrier::of) {
        Some(Carrier::None) => true,
        Some(Carrier::Interval) => values.iter().any(|value| matches!(value, Value::Text(_))),
        _ => false,
    }
}

/// Decodes the elements of an array; `None` if the bytes are malformed.
pub(super) fn decode(element: Carrier, bytes: &[u8]) -> Option<Result<Vec<Value<'_>>, Mismatch>> {
    let mut rest = bytes;
    let dimensions = number(&mut rest)?;
    // Whether an element is NULL, which each element shows, and the type of the elements, which the column has.
    let (_, _) = (number(&mut rest)?, number(&mut rest)?);
    let length = match dimensions {
        0 => 0,
        1 => number(&mut rest)?,
        _ => return Some(Err(SEVERAL_DIMENSIONS)),
    };
    if dimensions == 1 && number(&mut rest)? != 1 {
        return Some(Err(OTHER_POSITIONS));
    }
    // An element takes at least four bytes.
    let mut values = Vec::with_capacity(usize::try_from(length).ok()?.min(rest.len() / 4));
    for _ in 0..length {
        match next(element, &mut rest)? {
            Ok(value) => values.push(value),
            Err(mismatch) => return Some(Err(mismatch)),
        }
    }
    rest.is_empty().then_some(Ok(values))
}

fn next<'b>(element: Carrier, rest: &mut &'b [u8]) -> Option<Result<Value<'b>, Mismatch>> {
    let length = number(rest)?;
    if length == -1 {
        return Some(Ok(Value::Null));
    }
    let (bytes, behind) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = behind;
    Some(scalar::decode(element, bytes)?.map(Value::from))
}

fn number(bytes: &mut &[u8]) -> Option<i32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(i32::from_be_bytes(*number))
}

const SEVERAL_DIMENSIONS: Mismatch = Mismatch::Unstorable("the array has several dimensions, and a `Vec` has one");
const OTHER_POSITIONS: Mismatch =
    Mismatch::Unstorable("the lower bound of the array is not 1, so it cannot be read as a `Vec`");

/// Parses the elements of an array, `{one,"two",NULL}`; `None` if the text is malformed.
pub(super) fn parse(text: &str, delimiter: char) -> Option<Result<Vec<Value<'_>>, Mismatch>> {
    if text.starts_with('[') {
        return Some(Err(OTHER_POSITIONS));
    }
    let mut rest = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut values = Vec::new();
    if rest.is_empty() {
        return Some(Ok(values));
    }
    loop {
        if rest.starts_with('{') {
            return Some(Err(SEVERAL_DIMENSIONS));
        }
        let (value, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_element(quoted)?,
            None => bare_element(rest, delimiter),
        };
        values.push(value);
        if behind.is_empty() {
            return Some(Ok(values));
        }
        rest = behind.strip_prefix(delimiter)?;
    }
}

fn bare_element(text: &str, delimiter: char) -> (Value<'_>, &str) {
    let (element, behind) = text.split_at(text.find(delimiter).unwrap_or(text.len()));
    (if element == "NULL" { Value::Null } else { Value::Text(element.into()) }, behind)
}

/// The element up to the closing quote, and the text after it. A backslash escapes the next character.
fn quoted_element(text: &str) -> Option<(Value<'_>, &str)> {
    let mut element = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Value::Text(element.into()), &text[at + 1..])),
            '\\' => element.push(letters.next()?.1),
            letter => element.push(letter),
        }
    }
    None
}
