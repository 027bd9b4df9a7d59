//! The keys of parents: without duplicates, sorted, and none for a parent without one.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::types::{Keys, SqlType, append_bytes};
use crate::value::Value;

/// The keys of some parents, and which parent has which.
#[derive(Debug)]
pub struct ParentKeys {
    /// The distinct keys.
    pub keys: Keys,
    /// The position of each parent's key.
    pub slots: Slots,
}

/// The position of each parent's key among the distinct keys.
#[derive(Debug)]
pub enum Slots {
    /// The parents' keys are distinct and sorted already: so many parents, each at its own position.
    InOrder(usize),
    /// The position of each parent's key; [`Slots::NONE`] for a parent without one.
    At(Vec<u32>),
}

impl Slots {
    /// The slot of a parent whose key is `NULL`.
    pub const NONE: u32 = u32::MAX;

    fn parents(&self) -> usize {
        match self {
            Slots::InOrder(parents) => *parents,
            Slots::At(slots) => slots.len(),
        }
    }

    /// The position of each parent's key.
    pub fn iter(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        (0..self.parents()).map(|parent| match self {
            Slots::InOrder(_) => Some(parent),
            Slots::At(slots) => slots.get(parent).filter(|&&slot| slot != Slots::NONE).map(|&slot| slot as usize),
        })
    }
}

/// A position as it is stored. Lengths are checked before, so that every position fits.
pub(super) fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(Slots::NONE)
}

/// Collects the keys that `columns` of some rows make.
///
/// # Errors
///
/// When a value cannot be stored in any database.
pub(crate) fn collect<'p, M: Record>(
    parents: impl ExactSizeIterator<Item = &'p M> + Clone,
    columns: &[usize],
) -> Result<ParentKeys> {
    if parents.len() >= Slots::NONE as usize {
        return Err(Error::invalid(format!("relations are loaded for at most {} rows at once", Slots::NONE - 1)));
    }
    if let [column] = *columns
        && let Some(keys) = collect_ints(parents.clone(), column)?
    {
        return Ok(keys);
    }
    collect_values(parents, columns)
}

/// The distinct keys that `columns` of some rows make, leaving out those that hold a `NULL`.
///
/// # Errors
///
/// When a value cannot be stored in any database.
pub(crate) fn keys_of<'p, M: Record>(
    rows: impl ExactSizeIterator<Item = &'p M> + Clone,
    columns: &[usize],
) -> Result<Keys> {
    Ok(collect(rows, columns)?.keys)
}

/// The keys of one integer column; `None` when a key is no integer.
fn collect_ints<'p, M: Record>(
    parents: impl ExactSizeIterator<Item = &'p M>,
    column: usize,
) -> Result<Option<ParentKeys>> {
    let mut keys = IntKeys::with_capacity(parents.len());
    for parent in parents {
        match parent.encode(column)? {
            Value::Int(key) => keys.push(key),
            Value::Null => keys.push_none(),
            _ => return Ok(None),
        }
    }
    Ok(Some(keys.finish()))
}

/// Integer keys being collected. Parents mostly come sorted by key, and then nothing is hashed.
struct IntKeys {
    keys: Vec<i64>,
    /// Empty as long as each parent's slot is its own position.
    slots: Vec<u32>,
    parents: usize,
    in_order: bool,
    /// The slots of the keys, once a key came out of order.
    known: HashMap<i64, u32, RandomState>,
}

impl IntKeys {
    fn with_capacity(parents: usize) -> Self {
        IntKeys {
            keys: Vec::with_capacity(parents),
            slots: Vec::new(),
            parents: 0,
            in_order: true,
            known: HashMap::default(),
        }
    }

    fn push(&mut self, key: i64) {
        let slot = match self.keys.last() {
            Some(&last) if last == key => self.keys.len() - 1,
            Some(&last) if last > key || !self.known.is_empty() => self.slot_of(key),
            _ => self.add(key),
        };
        self.place(narrow(slot));
    }

    fn push_none(&mut self) {
        self.place(Slots::NONE);
    }

    fn add(&mut self, key: i64) -> usize {
        self.keys.push(key);
        self.keys.len() - 1
    }

    fn slot_of(&mut self, key: i64) -> usize {
        if self.known.is_empty() {
            self.known = self.keys.iter().zip(0..).map(|(&key, slot)| (key, slot)).collect();
        }
        if let Some(&slot) = self.known.get(&key) {
            return slot as usize;
        }
        let slot = self.add(key);
        self.known.insert(key, narrow(slot));
        slot
    }

    fn place(&mut self, slot: u32) {
        if self.in_order && slot as usize != self.parents {
            self.in_order = false;
            self.slots = (0..narrow(self.parents)).collect();
        }
        if !self.in_order {
            self.slots.push(slot);
        }
        self.parents += 1;
    }

    fn finish(mut self) -> ParentKeys {
        if !self.keys.is_sorted() {
            self.sort();
        }
        let slots = if self.in_order { Slots::InOrder(self.parents) } else { Slots::At(self.slots) };
        ParentKeys { keys: Keys::Ints(self.keys), slots }
    }

    /// Sorts the keys, since the database finds them faster in its own order, and moves the slots along.
    fn sort(&mut self) {
        let mut order: Vec<(i64, u32)> = self.keys.iter().copied().zip(0..).collect();
        order.sort_unstable();
        let mut moved = vec![0; order.len()];
        for (to, &(key, from)) in order.iter().enumerate() {
            self.keys[to] = key;
            moved[from as usize] = narrow(to);
        }
        if self.in_order {
            self.in_order = false;
            self.slots = moved;
        } else {
            for slot in self.slots.iter_mut().filter(|slot| **slot != Slots::NONE) {
                *slot = moved[*slot as usize];
            }
        }
    }
}

/// The keys of any columns, told apart by their bytes.
fn collect_values<'p, M: Record>(
    parents: impl ExactSizeIterator<Item = &'p M>,
    columns: &[usize],
) -> Result<ParentKeys> {
    // Text keys can be chosen by an attacker, so this map is seeded from the system's randomness.
    let mut known: HashMap<Box<[u8]>, u32> = HashMap::new();
    let mut values = Vec::new();
    let mut slots = Vec::with_capacity(parents.len());
    let mut bytes = Vec::new();
    for parent in parents {
        bytes.clear();
        let key = columns.iter().map(|&column| parent.encode(column)).collect::<Result<Vec<_>>>()?;
        if key.iter().any(Value::is_null) {
            slots.push(Slots::NONE);
            continue;
        }
        for value in &key {
            append_bytes(&mut bytes, value);
        }
        let next = narrow(known.len());
        let slot = known.get(bytes.as_slice()).copied().unwrap_or_else(|| {
            known.insert(bytes.as_slice().into(), next);
            values.extend(key.into_iter().map(Value::into_owned));
            next
        });
        slots.push(slot);
    }
    Ok(ParentKeys { keys: Keys::Values { types: types(M::Model::TABLE, columns), values }, slots: Slots::At(slots) })
}

/// What some columns hold.
pub(super) fn types(table: &Table, columns: &[usize]) -> Vec<SqlType> {
    columns.iter().map(|&column| table.columns[column].sql_type).collect()
}

#[cfg(test)]
mod tests;
