//! The checksum that every contender computes from the rows it read, so that none can leave out work.
//!
//! It is a sum, so that it does not depend on the order of rows.

/// A text, touched at both ends.
#[must_use]
pub fn text(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let end = |byte: Option<&u8>| byte.map_or(0, |&byte| u64::from(byte));
    bytes.len() as u64 * 131 + end(bytes.first()) * 7 + end(bytes.last())
}

/// A student.
#[must_use]
pub fn student(id: i64, first_name: &str, last_name: &str, department_id: Option<i64>) -> u64 {
    let names = text(first_name).wrapping_mul(3).wrapping_add(text(last_name));
    link(id, names).wrapping_add(department_id.unwrap_or(0).cast_unsigned())
}

/// What the row with a key leads to.
#[must_use]
pub fn link(id: i64, to: u64) -> u64 {
    id.cast_unsigned().wrapping_mul(31).wrapping_add(7).wrapping_mul(to)
}

/// The sum of all.
#[must_use]
pub fn total(sums: impl Iterator<Item = u64>) -> u64 {
    sums.fold(0, u64::wrapping_add)
}
