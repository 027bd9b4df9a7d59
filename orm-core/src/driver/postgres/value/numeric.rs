//! Decimal numbers as the database sends them: four digits at a time.

use bytes::{BufMut, BytesMut};

use crate::value::{Decimal, Mismatch};

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;

/// Appends a decimal number.
pub(super) fn append(value: Decimal, out: &mut BytesMut) -> Result<(), Mismatch> {
    let too_long = |_| Mismatch::OutOfRange;
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or((POSITIVE, &*text), |digits| (NEGATIVE, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = groups_before_the_point(whole);
    let mut weight = i16::try_from(groups.len()).map_err(too_long)? - 1;
    groups.extend(fraction.as_bytes().chunks(4).map(|group| number(group, 4)));
    // Leading and trailing zeros are not sent.
    let leading = groups.iter().take_while(|group| **group == 0).count();
    groups.drain(..leading);
    weight -= i16::try_from(leading).map_err(too_long)?;
    let trailing = groups.iter().rev().take_while(|group| **group == 0).count();
    groups.truncate(groups.len() - trailing);

    out.put_u16(u16::try_from(groups.len()).map_err(too_long)?);
    out.put_i16(if groups.is_empty() { 0 } else { weight });
    out.put_u16(sign);
    out.put_u16(value.scale());
    for group in groups {
        out.put_u16(group);
    }
    Ok(())
}

fn groups_before_the_point(digits: &str) -> Vec<u16> {
    let (first, rest) = digits.as_bytes().split_at(digits.len() % 4);
    let first = (!first.is_empty()).then(|| number(first, first.len()));
    first.into_iter().chain(rest.chunks(4).map(|group| number(group, 4))).collect()
}

/// The number of some digits, padded with zeros to a width.
fn number(digits: &[u8], width: usize) -> u16 {
    let zeros = std::iter::repeat_n(&b'0', width - digits.len());
    digits.iter().chain(zeros).fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
}

/// Decodes a decimal number; `None` if the bytes are malformed.
pub(super) fn decode(bytes: &[u8]) -> Option<Result<Decimal, Mismatch>> {
    let mut words = bytes.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
    let (count, weight, sign, _scale) = (words.next()?, words.next()?.cast_signed(), words.next()?, words.next()?);
    if words.len() != usize::from(count) {
        return None;
    }
    if !matches!(sign, POSITIVE | NEGATIVE) {
        return Some(Err(Mismatch::Unstorable(
            "the database holds `NaN` or `Infinity`, which is not a decimal number",
        )));
    }
    Some(sum(words, weight, sign).ok_or(Mismatch::OutOfRange))
}

/// The number of some groups of digits, the first of which has the unit `10000^weight`; `None` if it is too long.
fn sum(groups: impl ExactSizeIterator<Item = u16>, weight: i16, sign: u16) -> Option<Decimal> {
    if groups.len() == 0 {
        return Some(Decimal::new(0, 0));
    }
    // The number of groups after the point, minus the groups before it that are not sent.
    let behind = i64::try_from(groups.len()).ok()? - 1 - i64::from(weight);
    let mut coefficient: i128 = 0;
    let mut scale = u16::try_from(behind.max(0) * 4).ok()?;
    let mut groups = groups.peekable();
    while let Some(group) = groups.next() {
        let is_last = groups.peek().is_none();
        // With the zeros of the last group the number could seem too long.
        let (mut group, mut width) = (group, 4_u32);
        while is_last && scale > 0 && width > 0 && group % 10 == 0 {
            (group, width, scale) = (group / 10, width - 1, scale - 1);
        }
        coefficient = coefficient.checked_mul(10_i128.pow(width))?.checked_add(i128::from(group))?;
    }
    for _ in behind..0 {
        coefficient = coefficient.checked_mul(10_000)?;
    }
    Some(Decimal::new(if sign == NEGATIVE { -coefficient } else { coefficient }, scale))
}

#[cfg(test)]
mod tests;
