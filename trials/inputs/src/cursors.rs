//! Cursors: texts that a client can change, with a checksum that a client can compute.

use orm::{Cursor, CursorKey, Db, Model as _, OrderBy, Result};

use crate::{Found, Wide};

/// The number of orders: one by each column that can be in an order.
pub const ORDERS: usize = 17;

fn order(number: usize) -> OrderBy<Wide> {
    match number % ORDERS {
        0 => Wide::id().desc(),
        1 => Wide::text().asc(),
        2 => Wide::real().desc(),
        3 => Wide::small().asc(),
        4 => Wide::flag().asc(),
        5 => Wide::bytes().asc(),
        6 => Wide::decimal().asc(),
        7 => Wide::any_decimal().desc(),
        8 => Wide::date().asc(),
        9 => Wide::time().asc(),
        10 => Wide::moment().asc(),
        11 => Wide::any_moment().asc(),
        12 => Wide::seconds().asc(),
        13 => Wide::day().asc(),
        14 => Wide::uuid().asc(),
        15 => Wide::any_uuid().asc(),
        _ => Wide::letter().asc(),
    }
}

/// The bytes of the cursor after a page of an order.
///
/// # Errors
///
/// Returns an error if the page cannot be read.
pub fn after_page(db: &Db, number: usize, size: u64) -> Result<Vec<u8>> {
    let page = Wide::query().order_by(order(number)).page(size).read(db)?;
    Ok(bytes_of(&page.next.map(|cursor| cursor.to_string()).unwrap_or_default()))
}

fn bytes_of(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    text.as_bytes().chunks(2).filter_map(byte).collect()
}

/// The text of a cursor with these bytes.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The form and the fingerprint of an order, with which its cursors begin.
pub const HEAD: usize = 9;

/// Adds the checksum of cursors, FNV-1a.
#[must_use]
pub fn with_checksum(mut content: Vec<u8>) -> Vec<u8> {
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let checksum = content.iter().fold(0xcbf2_9ce4_8422_2325, hash);
    content.extend(checksum.to_le_bytes());
    content
}

/// The bytes without their checksum.
#[must_use]
pub fn content(cursor: &[u8]) -> &[u8] {
    &cursor[..cursor.len().saturating_sub(8)]
}

/// Reads a cursor of an order: it is read as it was written, and the page after it is read, unless the cursor is
/// invalid.
///
/// # Errors
///
/// Returns a text for any other outcome.
pub fn read(db: &Db, number: usize, text: &str) -> Found {
    let Ok(cursor) = text.parse::<Cursor>() else { return Ok(()) };
    // A decimal may have had trailing zeros, which are not written.
    let written = cursor.to_string();
    let again = written.parse::<Cursor>().map(|cursor| cursor.to_string());
    if again.as_ref().ok() != Some(&written) {
        return Err(format!("{written} is read as {again:?}"));
    }
    match Wide::query().order_by(order(number)).page(2).after(cursor).read(db) {
        Ok(_) => Ok(()),
        Err(error) if error.is_bad_cursor() => Ok(()),
        Err(error) => Err(format!("an error that is not one of a bad cursor: {error}")),
    }
}

/// The key that cursors are signed with.
///
/// # Panics
///
/// Panics if a key of 32 bytes is too short.
#[must_use]
pub fn key() -> CursorKey {
    CursorKey::new(b"a key of the trial, of 32 bytes.").expect("32 bytes are enough")
}
