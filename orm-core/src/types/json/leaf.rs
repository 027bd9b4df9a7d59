//! Reading one value of JSON text by its path, exactly.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::read::token_length;
use super::text_of;
use crate::types::{JsonKind, JsonStep};
use crate::value::{Mismatch, Value, ValueRef};

const NO_JSON: Mismatch = Mismatch::Refused(Cow::Borrowed("found text that is not JSON"));

/// The value at a path in stored JSON; `NULL` if it does not exist, or is a value of another kind.
///
/// # Errors
///
/// Returns an error if the stored text is not JSON, has a duplicate name, or has a number there that the type cannot
/// hold.
pub(crate) fn json_leaf(value: ValueRef<'_>, steps: &[JsonStep], kind: JsonKind) -> Result<Value<'static>, Mismatch> {
    let text = text_of(value)?;
    // Numbers that no Rust type can hold are no error elsewhere in the text.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|_| NO_JSON)?;
    let mut led = Some(text.trim_ascii_start());
    for step in steps {
        let Some(text) = led else { break };
        led = match step {
            JsonStep::Key(key) => member(text, key)?,
            JsonStep::Index(index) => element(text, *index),
        };
    }
    let Some(found) = led else { return Ok(Value::Null) };
    let token = &found[..length(found)];
    let is_number = token.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    match kind {
        JsonKind::Text if token.starts_with('"') => string(token).map(|text| Value::Text(text.into())),
        JsonKind::Boolean => Ok(token.parse().map_or(Value::Null, Value::Bool)),
        JsonKind::Integer if is_number => Ok(integer(token)?.map_or(Value::Null, Value::Int)),
        JsonKind::Real if is_number => real(token).map(Value::Real),
        JsonKind::Text | JsonKind::Integer | JsonKind::Real => Ok(Value::Null),
    }
}

/// The text from the value of a name on, in the object at the beginning of a text. A duplicate name is an error:
/// readers would use one of the two values and drop the other.
fn member<'t>(text: &'t str, key: &str) -> Result<Option<&'t str>, Mismatch> {
    let mut found = None;
    let mut members = text.strip_prefix('{').map(str::trim_ascii_start);
    while let Some(rest) = members.filter(|rest| rest.starts_with('"')) {
        let (name, behind) = rest.split_at(token_length(rest));
        let value = behind.trim_ascii_start().strip_prefix(':').ok_or(NO_JSON)?.trim_ascii_start();
        if string(name)? == key && found.replace(value).is_some() {
            return Err(Mismatch::Refused("an object of the JSON has two values with the same name".into()));
        }
        members = next(value);
    }
    Ok(found)
}

/// The text from an element on, in the array at the beginning of a text.
fn element(text: &str, index: u32) -> Option<&str> {
    let mut rest = text.strip_prefix('[')?.trim_ascii_start();
    for _ in 0..index {
        if rest.starts_with(']') {
            return None;
        }
        rest = next(rest)?;
    }
    (!rest.starts_with(']')).then_some(rest)
}

/// The text after the first value of a text and the comma after it; `None` at the end of an array or an object.
fn next(text: &str) -> Option<&str> {
    Some(text[length(text)..].trim_ascii_start().strip_prefix(',')?.trim_ascii_start())
}

/// The length of the value at the beginning of a text.
fn length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        match rest.chars().next() {
            None => return text.len(),
            Some('"') => at += token_length(rest),
            Some('{' | '[') => {
                depth += 1;
                at += 1;
            }
            Some('}' | ']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(_) if depth == 0 => {
                let ends = |letter: char| matches!(letter, ',' | '}' | ']') || letter.is_ascii_whitespace();
                return at + rest.find(ends).unwrap_or(rest.len());
            }
            Some(letter) => at += letter.len_utf8(),
        }
        if depth == 0 {
            return at;
        }
    }
}

fn string(token: &str) -> Result<String, Mismatch> {
    serde_json::from_str(token).map_err(|_| NO_JSON)
}

/// The integer of a number, written as `100`, `100.0` or `1e2`; `None` for a number with a fraction.
fn integer(number: &str) -> Result<Option<i64>, Mismatch> {
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |digits| (-1, digits));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok(Some(0));
    }
    let zeros = all.len() - all.trim_end_matches('0').len();
    let shift = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    // An exponent with more digits than these is treated as infinite.
    let huge = if exponent.starts_with('-') { -1_000_000_000 } else { 1_000_000_000 };
    let exponent = exponent.parse::<i64>().unwrap_or(huge).clamp(-1_000_000_000, 1_000_000_000);
    let power = exponent.saturating_sub(shift(fraction.len())).saturating_add(shift(zeros));
    if power < 0 {
        return Ok(None);
    }
    let power = u32::try_from(power).map_err(|_| Mismatch::OutOfRange)?;
    let value = significant.parse::<i128>().ok().zip(10_i128.checked_pow(power));
    let value = value.and_then(|(value, unit)| value.checked_mul(unit)).ok_or(Mismatch::OutOfRange)?;
    i64::try_from(sign * value).map(Some).map_err(|_| Mismatch::OutOfRange)
}

/// The double that is nearest to a number. A number without a near double is an error.
fn real(number: &str) -> Result<f64, Mismatch> {
    let value: f64 = number.parse().map_err(|_| NO_JSON)?;
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = mantissa.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
    if value.is_infinite() || (value == 0.0 && !is_zero) {
        return Err(Mismatch::OutOfRange);
    }
    // SQLite and the numbers of PostgreSQL's JSON have no -0.0.
    Ok(value + 0.0)
}

#[cfg(test)]
mod tests {
    use super::json_leaf;
    use crate::types::{JsonKind, JsonStep};
    use crate::value::{Value, ValueRef};

    fn read(text: &str, steps: &[JsonStep], kind: JsonKind) -> Option<Value<'static>> {
        json_leaf(ValueRef::Text(text), steps, kind).ok()
    }

    #[test]
    fn numbers_are_exact_or_an_error() {
        let integer = |text: &str| read(text, &[], JsonKind::Integer);
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("100", 100),
            ("1e2", 100),
            ("1.0", 1),
            ("0.1e1", 1),
            ("-1200e-2", -12),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("9223372036854775807.000", i64::MAX),
            ("0e99999999999999999999", 0),
        ] {
            assert_eq!(integer(text), Some(Value::Int(expected)), "{text}");
        }
        for text in
            ["1.5", "1e-1", "1e-99999999999999999999", "0.99999999999999999999999999", "true", "null", "\"1\"", "[1]"]
        {
            assert_eq!(integer(text), Some(Value::Null), "{text}");
        }
        for text in ["9223372036854775808", "-9223372036854775809", "1e400", "1e99999999999999999999", "1e19", "{"] {
            assert_eq!(integer(text), None, "{text}");
        }
        let real = |text: &str| read(text, &[], JsonKind::Real);
        assert_eq!(real("1e2"), Some(Value::Real(100.0)));
        assert_eq!(real("0.1"), Some(Value::Real(0.1)));
        assert_eq!((real("1e400"), real("1e-400")), (None, None));
        assert_eq!(real("\"1.5\""), Some(Value::Null));
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let key = |key: &str| JsonStep::Key(key.to_owned());
        let text = r#" { "a" : [ 1 , {"b]":"x\"}","c":[[],[true]]} ,"last"] , "\u00e4\"": "found" , "0": "zero" } "#;
        let steps = [key("a"), JsonStep::Index(1), key("b]")];
        assert_eq!(read(text, &steps, JsonKind::Text), Some(Value::Text("x\"}".into())));
        let steps = [key("a"), JsonStep::Index(1), key("c"), JsonStep::Index(1), JsonStep::Index(0)];
        assert_eq!(read(text, &steps, JsonKind::Boolean), Some(Value::Bool(true)));
        assert_eq!(read(text, &[key("\u{e4}\"")], JsonKind::Text), Some(Value::Text("found".into())));
        assert_eq!(read(text, &[key("a"), JsonStep::Index(2)], JsonKind::Text), Some(Value::Text("last".into())));
        assert_eq!(read(text, &[key("a"), JsonStep::Index(0)], JsonKind::Integer), Some(Value::Int(1)));
        for steps in [
            vec![key("b")],
            vec![JsonStep::Index(0)],
            vec![key("a"), key("0")],
            vec![key("a"), JsonStep::Index(3)],
            vec![key("a"), JsonStep::Index(1), key("c"), JsonStep::Index(0), JsonStep::Index(0)],
            vec![key("0"), key("x")],
        ] {
            assert_eq!(read(text, &steps, JsonKind::Text), Some(Value::Null), "{steps:?}");
        }
        assert_eq!(read(text, &[key("0")], JsonKind::Text), Some(Value::Text("zero".into())));
        assert_eq!(read(r#"{"a":1,"a":2}"#, &[key("a")], JsonKind::Integer), None, "a name twice");
    }
}
