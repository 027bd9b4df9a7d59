//! The keys of parents: without duplicates, sorted, and none for a parent without one.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::error::{Error, Result};
use crate::model::Model;
use crate::row::Record;
use crate::schema::Table;
use crate::types::SqlType;
use crate::value::{DateTime, Value};

/// Distinct keys, in the order in which they are sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Keys {
    /// Keys of one integer column.
    Ints(Vec<i64>),
    /// Keys of any other type, or of several columns: their values, key after key.
    Values {
        /// What the columns hold.
        types: Vec<SqlType>,
        /// The values.
        values: Vec<Value<'static>>,
    },
}

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

impl Keys {
    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Keys::Ints(keys) => keys.len(),
            Keys::Values { types, values } => values.len() / types.len().max(1),
        }
    }

    /// Whether there is no key at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the columns of a key hold.
    #[must_use]
    pub fn types(&self) -> &[SqlType] {
        match self {
            Keys::Ints(_) => &[SqlType::Int64],
            Keys::Values { types, .. } => types,
        }
    }
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

/// Appends bytes that differ for different values: a tag, the length where it varies, and the content.
pub(crate) fn append_bytes(bytes: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Bool(value) => bytes.extend([1, u8::from(*value)]),
        Value::Int(value) => append_array(bytes, 2, value.to_le_bytes()),
        Value::Real(value) => append_array(bytes, 3, value.to_bits().to_le_bytes()),
        Value::Text(value) => append_slice(bytes, 4, value.as_bytes()),
        Value::Blob(value) => append_slice(bytes, 5, value),
        Value::Uuid(value) => append_slice(bytes, 6, value),
        Value::Date(value) => append_array(bytes, 7, value.days().to_le_bytes()),
        Value::Time(value) => append_array(bytes, 8, value.nanoseconds().to_le_bytes()),
        Value::DateTime(value) => append_date_time(bytes, 9, *value),
        Value::Timestamp(value) => append_date_time(bytes, 10, value.0),
        Value::Decimal(value) => {
            append_array(bytes, 11, value.coefficient().to_le_bytes());
            bytes.extend(value.scale().to_le_bytes());
        }
        Value::Json(value) => append_slice(bytes, 12, value.as_bytes()),
        Value::Range(value) => append_slice(bytes, 15, value.as_bytes()),
        Value::Interval(value) => {
            append_array(bytes, 14, value.months().to_le_bytes());
            bytes.extend(value.days().to_le_bytes());
            bytes.extend(value.microseconds().to_le_bytes());
        }
        Value::Array(values) => {
            append_array(bytes, 13, values.len().to_le_bytes());
            for value in values {
                append_bytes(bytes, value);
            }
        }
    }
}

fn append_date_time(bytes: &mut Vec<u8>, tag: u8, value: DateTime) {
    append_array(bytes, tag, value.seconds().to_le_bytes());
    bytes.extend(value.nanoseconds().to_le_bytes());
}

fn append_array<const N: usize>(bytes: &mut Vec<u8>, tag: u8, content: [u8; N]) {
    bytes.push(tag);
    bytes.extend(content);
}

fn append_slice(bytes: &mut Vec<u8>, tag: u8, content: &[u8]) {
    bytes.push(tag);
    bytes.extend(content.len().to_le_bytes());
    bytes.extend(content);
}

#[cfg(test)]
mod tests;
