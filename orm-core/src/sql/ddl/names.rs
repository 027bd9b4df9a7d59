//! Names of indexes and constraints.

use crate::sql::Dialect;

/// `table__a__b`: tables and indexes share their names, and single underscores would not show where the table's name
/// ends. A name that would be too long, and so truncated, ends in a hash of the whole name instead.
pub(crate) fn joined_name<'n>(table: &str, columns: impl Iterator<Item = &'n str>, dialect: &dyn Dialect) -> String {
    const HASH: usize = "__0123456789abcdef".len();
    let name = columns.fold(table.to_owned(), |name, column| name + "__" + column);
    match dialect.longest_name() {
        Some(most) if name.len() > most => {
            let end = (0..=most - HASH).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
            format!("{}__{:016x}", &name[..end], fnv(name.as_bytes()))
        }
        _ => name,
    }
}

/// The number of a condition, in names of constraints and indexes that have no other.
pub(super) fn number_of(condition: &str) -> String {
    format!("{:08x}", fnv(condition.as_bytes()) >> 32)
}

/// A number that is the same for the same bytes on every machine and in every version: the FNV-1a hash.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
