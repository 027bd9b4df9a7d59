//! Checks of JSON text that can be parsed.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Returns an error if an object has a duplicate name. Readers would use one of the two values and drop the other.
pub(super) fn names_differ(text: &str) -> serde_json::Result<()> {
    serde_json::from_str(text).map(|Distinct| ())
}

/// Whether a double, or an integer of 64 bits, can hold each number of JSON text.
pub(super) fn numbers_are_exact(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter == '"' || letter == '-' || letter.is_ascii_digit()) {
        let begun = &rest[start..];
        let (token, after) = begun.split_at(token_length(begun));
        if !token.starts_with('"') && !is_exact(token) {
            return false;
        }
        rest = after;
    }
    true
}

/// The length of the quoted string or of the number at the beginning of a text.
pub(super) fn token_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = if bytes.first() == Some(&b'"') {
        let mut escaped = false;
        let closing = bytes.iter().skip(1).position(|&byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        closing.map(|at| at + 2)
    } else {
        bytes.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
    };
    end.unwrap_or(text.len())
}

fn is_exact(number: &str) -> bool {
    let is_integer = number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
    // If numbers are stored as digits, nothing is lost.
    let is_kept = || number.parse::<serde_json::Number>().is_ok_and(|kept| kept.to_string() == number);
    is_integer || is_double(number) || is_kept()
}

/// Whether the shortest digits of a double are those of a number.
fn is_double(number: &str) -> bool {
    let Ok(double) = number.parse::<f64>() else { return false };
    if let Some((mantissa, _)) = number.split_once(['e', 'E']) {
        // This number of digits distinguishes each double from its neighbors, and no program writes more for one.
        return mantissa.bytes().filter(u8::is_ascii_digit).count() <= 17;
    }
    let digits = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    double.to_string() == digits
}

/// Any JSON value whose objects have no duplicate names.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyDistinct)
    }
}

struct AnyDistinct;

impl<'de> Visitor<'de> for AnyDistinct {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Distinct, A::Error> {
        while let Some(Distinct) = values.next_element()? {}
        Ok(Distinct)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Distinct, A::Error> {
        // An attacker can choose names, so this set is seeded from the system's randomness.
        let mut names = HashSet::new();
        while let Some((name, Distinct)) = entries.next_entry::<String, Distinct>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name twice"));
            }
        }
        Ok(Distinct)
    }
}
