//! Finding the position of a key.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::keys::KeyAt;
use crate::error::{Error, Result};
use crate::loaded::{Record, RowAt};
use crate::mapped::Mapped;
use crate::row::Row;
use crate::types::append_bytes;
use crate::value::{Value, ValueRef};

/// The slots of integer keys that are all known in advance.
pub(crate) enum KeyLookup {
    /// Keys in a small range: the position of a key is at `key - first`.
    Dense {
        /// The minimum.
        first: i64,
        /// The positions.
        positions: Vec<KeyAt>,
    },
    /// Keys in a large range.
    Sparse(HashMap<i64, KeyAt, RandomState>),
}

impl KeyLookup {
    /// A lookup over distinct keys.
    pub(super) fn new(keys: &[i64]) -> Self {
        let (Some(&first), Some(&last)) = (keys.iter().min(), keys.iter().max()) else {
            return KeyLookup::Sparse(HashMap::default());
        };
        let span = usize::try_from(i128::from(last) - i128::from(first) + 1).unwrap_or(usize::MAX);
        if span / 4 > keys.len() {
            return KeyLookup::Sparse(keys.iter().zip(0..).map(|(&key, at)| (key, KeyAt(at))).collect());
        }
        let mut positions = vec![KeyAt::NONE; span];
        for (&key, at) in keys.iter().zip(0..) {
            if let Some(place) = usize::try_from(key - first).ok().and_then(|at| positions.get_mut(at)) {
                *place = KeyAt(at);
            }
        }
        KeyLookup::Dense { first, positions }
    }

    /// The position of a key.
    #[inline]
    pub(super) fn position(&self, key: i64) -> Option<KeyAt> {
        match self {
            KeyLookup::Dense { first, positions } => {
                let at = usize::try_from(key.checked_sub(*first)?).ok()?;
                positions.get(at).copied().filter(|&at| at != KeyAt::NONE)
            }
            KeyLookup::Sparse(positions) => positions.get(&key).copied(),
        }
    }
}

/// Integer keys, numbered in the order of their first occurrence.
#[derive(Default)]
pub(super) struct SeenInts {
    /// The numbers of small keys, at the position of the key: generated keys are usually small, and need no hashing.
    small: Vec<RowAt>,
    others: HashMap<i64, RowAt, RandomState>,
    pub(super) len: u32,
}

impl SeenInts {
    /// Keys below this are in `small`, which takes at most 256 KiB.
    const SMALL: usize = 1 << 16;

    /// The number of a key, and whether it is new.
    #[inline]
    pub(super) fn number(&mut self, key: i64) -> (RowAt, bool) {
        let next = RowAt(self.len);
        let place = match usize::try_from(key) {
            Ok(at) if at < Self::SMALL => {
                if at >= self.small.len() {
                    self.small.resize((at + 1).next_power_of_two(), RowAt::NONE);
                }
                &mut self.small[at]
            }
            _ => self.others.entry(key).or_insert(RowAt::NONE),
        };
        if *place != RowAt::NONE {
            return (*place, false);
        }
        *place = next;
        self.len += 1;
        (next, true)
    }
}

/// Primary keys of any type, numbered in the order of their first occurrence.
#[derive(Default)]
pub(crate) struct SeenRows {
    ints: SeenInts,
    /// An attacker can choose text keys, so this map is seeded from the system's randomness.
    others: HashMap<Box<[u8]>, RowAt>,
    bytes: Vec<u8>,
}

impl SeenRows {
    /// The number of the row of `C` whose columns begin at `at`, and whether it is new.
    pub(crate) fn number<C: Record>(&mut self, row: Row<'_>, at: usize) -> Result<(RowAt, bool)> {
        if let [column] = *C::Model::PRIMARY_KEY
            && let Ok(ValueRef::Int(key)) = row.value(at + C::key_position(column))
        {
            return Ok(self.ints.number(key));
        }
        self.bytes.clear();
        for &column in C::Model::PRIMARY_KEY {
            let value = row.value(at + C::key_position(column));
            let value =
                value.map_err(|mismatch| Error::decode(C::Model::TABLE, &C::Model::TABLE.columns[column], mismatch))?;
            append_bytes(&mut self.bytes, &Value::from(value));
        }
        if let Some(&number) = self.others.get(self.bytes.as_slice()) {
            return Ok((number, false));
        }
        let next = RowAt(self.ints.len);
        self.ints.len += 1;
        self.others.insert(self.bytes.as_slice().into(), next);
        Ok((next, true))
    }
}

#[cfg(test)]
mod tests;
