//! The keys of parents: distinct and sorted, without `NULL`s.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::types::{Keys, SqlType, append_bytes};
use crate::value::Value;

/// The keys of some parents, and the key of each parent.
#[derive(Debug)]
pub struct ParentKeys {
    /// The distinct keys.
    pub keys: Keys,
    /// The key of each parent.
    pub of_parents: KeysOfParents,
}

/// The position of a key among the distinct keys, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyAt(pub(super) u32);

impl KeyAt {
    /// The key of a parent whose key is `NULL`.
    pub const NONE: KeyAt = KeyAt(u32::MAX);

    /// A position. The number of keys is checked before, so every position fits.
    #[inline]
    pub(super) fn new(position: usize) -> Self {
        u32::try_from(position).map_or(KeyAt::NONE, KeyAt)
    }

    /// The position as an index.
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The position of each parent's key among the distinct keys.
#[derive(Debug)]
pub enum KeysOfParents {
    /// The parents' keys are distinct and already sorted: each of this number of parents is at its own position.
    InOrder(usize),
    /// The position of each parent's key; [`KeyAt::NONE`] for a parent without one.
    At(Vec<KeyAt>),
}

impl KeysOfParents {
    /// This number of parents without keys.
    pub(super) fn none(parents: usize) -> Self {
        KeysOfParents::At(vec![KeyAt::NONE; parents])
    }

    fn parents(&self) -> usize {
        match self {
            KeysOfParents::InOrder(parents) => *parents,
            KeysOfParents::At(keys) => keys.len(),
        }
    }

    /// Iterates over the position of each parent's key.
    pub fn iter(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        (0..self.parents()).map(|parent| match self {
            KeysOfParents::InOrder(_) => Some(parent),
            KeysOfParents::At(keys) => keys.get(parent).filter(|&&key| key != KeyAt::NONE).map(|key| key.index()),
        })
    }
}

/// Collects the keys that `columns` of some rows make.
///
/// # Errors
///
/// Returns an error if no database can store a value.
pub(crate) fn collect<'p, M: Record>(
    parents: impl ExactSizeIterator<Item = &'p M> + Clone,
    columns: &[usize],
) -> Result<ParentKeys> {
    collect_of(M::Model::TABLE, parents, columns, M::encode)
}

/// Does the same as [`collect`] for anything that has values of the columns of a table.
///
/// # Errors
///
/// Returns the errors of `value`.
pub(crate) fn collect_of<'p, P: Copy>(
    table: &Table,
    parents: impl ExactSizeIterator<Item = P> + Clone,
    columns: &[usize],
    value: impl Fn(P, usize) -> Result<Value<'p>>,
) -> Result<ParentKeys> {
    if parents.len() >= KeyAt::NONE.index() {
        return Err(Error::invalid(format!("relations are loaded for at most {} rows at once", KeyAt::NONE.0 - 1)));
    }
    if let [column] = *columns
        && let Some(keys) = collect_ints(parents.clone(), |parent| value(parent, column))?
    {
        return Ok(keys);
    }
    collect_values(table, parents, columns, value)
}

/// The distinct keys that `columns` of some rows make, without keys that contain a `NULL`.
///
/// # Errors
///
/// Returns an error if no database can store a value.
pub(crate) fn keys_of<'p, M: Record>(
    rows: impl ExactSizeIterator<Item = &'p M> + Clone,
    columns: &[usize],
) -> Result<Keys> {
    Ok(collect(rows, columns)?.keys)
}

/// The keys of one integer column; `None` if a key is not an integer.
fn collect_ints<'p, P>(
    parents: impl ExactSizeIterator<Item = P>,
    key: impl Fn(P) -> Result<Value<'p>>,
) -> Result<Option<ParentKeys>> {
    let mut keys = IntKeys::with_capacity(parents.len());
    for parent in parents {
        match key(parent)? {
            Value::Int(key) => keys.push(key),
            Value::Null => keys.push_none(),
            _ => return Ok(None),
        }
    }
    Ok(Some(keys.finish()))
}

/// Integer keys that are being collected. Parents are usually sorted by key, and then nothing is hashed.
struct IntKeys {
    keys: Vec<i64>,
    /// Empty while each parent's key is at the parent's own position.
    of_parents: Vec<KeyAt>,
    parents: usize,
    in_order: bool,
    /// The positions of the keys, after a key was out of order.
    known: HashMap<i64, KeyAt, RandomState>,
}

impl IntKeys {
    fn with_capacity(parents: usize) -> Self {
        IntKeys {
            keys: Vec::with_capacity(parents),
            of_parents: Vec::new(),
            parents: 0,
            in_order: true,
            known: HashMap::default(),
        }
    }

    fn push(&mut self, key: i64) {
        let key = match self.keys.last() {
            Some(&last) if last == key => KeyAt::new(self.keys.len() - 1),
            Some(&last) if last > key || !self.known.is_empty() => self.position_of(key),
            _ => self.add(key),
        };
        self.place(key);
    }

    fn push_none(&mut self) {
        self.place(KeyAt::NONE);
    }

    fn add(&mut self, key: i64) -> KeyAt {
        self.keys.push(key);
        KeyAt::new(self.keys.len() - 1)
    }

    fn position_of(&mut self, key: i64) -> KeyAt {
        if self.known.is_empty() {
            self.known = self.keys.iter().zip(0..).map(|(&key, at)| (key, KeyAt(at))).collect();
        }
        if let Some(&at) = self.known.get(&key) {
            return at;
        }
        let at = self.add(key);
        self.known.insert(key, at);
        at
    }

    fn place(&mut self, key: KeyAt) {
        if self.in_order && key.index() != self.parents {
            self.in_order = false;
            self.of_parents = (0..self.parents).map(KeyAt::new).collect();
        }
        if !self.in_order {
            self.of_parents.push(key);
        }
        self.parents += 1;
    }

    fn finish(mut self) -> ParentKeys {
        if !self.keys.is_sorted() {
            self.sort();
        }
        let in_order = self.in_order;
        let of_parents =
            if in_order { KeysOfParents::InOrder(self.parents) } else { KeysOfParents::At(self.of_parents) };
        ParentKeys { keys: Keys::Ints(self.keys), of_parents }
    }

    /// Sorts the keys, because the database finds them faster in its own order, and moves the positions with them.
    fn sort(&mut self) {
        let mut order: Vec<(i64, u32)> = self.keys.iter().copied().zip(0..).collect();
        order.sort_unstable();
        let mut moved = vec![KeyAt(0); order.len()];
        for (to, &(key, from)) in order.iter().enumerate() {
            self.keys[to] = key;
            moved[from as usize] = KeyAt::new(to);
        }
        if self.in_order {
            self.in_order = false;
            self.of_parents = moved;
        } else {
            for key in self.of_parents.iter_mut().filter(|key| **key != KeyAt::NONE) {
                *key = moved[key.index()];
            }
        }
    }
}

/// The keys of any columns, compared as bytes.
fn collect_values<'p, P: Copy>(
    table: &Table,
    parents: impl ExactSizeIterator<Item = P>,
    columns: &[usize],
    value: impl Fn(P, usize) -> Result<Value<'p>>,
) -> Result<ParentKeys> {
    // An attacker can choose text keys, so this map is seeded from the system's randomness.
    let mut known: HashMap<Box<[u8]>, KeyAt> = HashMap::new();
    let mut values = Vec::new();
    let mut of_parents = Vec::with_capacity(parents.len());
    let mut bytes = Vec::new();
    for parent in parents {
        bytes.clear();
        let key = columns.iter().map(|&column| value(parent, column)).collect::<Result<Vec<_>>>()?;
        if key.iter().any(Value::is_null) {
            of_parents.push(KeyAt::NONE);
            continue;
        }
        for value in &key {
            append_bytes(&mut bytes, value);
        }
        let next = KeyAt::new(known.len());
        let at = known.get(bytes.as_slice()).copied().unwrap_or_else(|| {
            known.insert(bytes.as_slice().into(), next);
            values.extend(key.into_iter().map(Value::into_owned));
            next
        });
        of_parents.push(at);
    }
    Ok(ParentKeys {
        keys: Keys::Values { types: types(table, columns), values },
        of_parents: KeysOfParents::At(of_parents),
    })
}

/// The types of some columns.
pub(super) fn types(table: &Table, columns: &[usize]) -> Vec<SqlType> {
    columns.iter().map(|&column| table.columns[column].sql_type).collect()
}

#[cfg(test)]
mod tests;
