//! The rows that a statement returns, read as they arrive: neither more nor fewer than were sent.

use std::collections::HashMap;

use crate::ast::{Comparison, Expr, Select};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::{Row, RowSink};
use crate::sql;
use crate::types::append_bytes;
use crate::value::{Value, ValueRef};

/// Takes the rows that a statement returns.
pub(super) struct Returned<'p, M> {
    place: Place<'p, M>,
    /// The number of rows.
    count: usize,
    /// The rows that triggers may have changed since, by their keys.
    changed: Vec<Changed<M>>,
}

/// The destination of rows.
enum Place<'p, M> {
    /// One row at most.
    One(&'p mut Option<M>),
    /// Any number of rows, appended.
    Several(&'p mut Vec<M>),
    /// Does the same for deleted rows, which are returned as they were.
    Deleted(&'p mut Vec<M>),
}

impl<M> Place<'_, M> {
    fn is_full(&self, count: usize) -> bool {
        matches!(self, Place::One(_)) && count == 1
    }

    fn put(&mut self, row: M) {
        match self {
            Place::One(place) => **place = Some(row),
            Place::Several(rows) | Place::Deleted(rows) => rows.push(row),
        }
    }
}

/// A row that triggers may have changed after it was returned.
struct Changed<M> {
    key: Vec<Value<'static>>,
    /// The row as it was returned. A trigger may still set a column to a value of its type.
    returned: Result<M>,
}

impl<'p, M: Mapped> Returned<'p, M> {
    /// Takes one row at most.
    pub(super) fn one(place: &'p mut Option<M>) -> Self {
        Returned { place: Place::One(place), count: 0, changed: Vec::new() }
    }

    /// Takes rows.
    pub(super) fn several(rows: &'p mut Vec<M>) -> Self {
        Returned { place: Place::Several(rows), count: 0, changed: Vec::new() }
    }

    /// Takes rows that are deleted.
    pub(super) fn deleted(rows: &'p mut Vec<M>) -> Self {
        Returned { place: Place::Deleted(rows), count: 0, changed: Vec::new() }
    }

    /// Whether the rows are deleted, so that they cannot be read again.
    pub(super) fn are_deleted(&self) -> bool {
        matches!(self.place, Place::Deleted(_))
    }

    /// Reads the rows again that triggers may have changed. A row that no longer exists stays as it was returned.
    pub(super) fn read_again(mut self, session: &mut Session<'_>) -> Result<()> {
        let mut stored = ByKey::<M>(HashMap::with_capacity(self.changed.len()));
        for changed in self.changed.chunks(KEYS_AT_ONCE) {
            let keys = changed.iter().map(|changed| is_key::<M>(&changed.key)).collect();
            let select = Select { filter: vec![Expr::Or(keys)], ..Select::new(M::TABLE) };
            session.query(&sql::select(&select, session.dialect()), &mut stored)?;
        }
        for Changed { key, returned } in self.changed {
            self.place.put(stored.0.remove(&bytes(&key)).map_or(returned, Ok)?);
        }
        Ok(())
    }
}

impl<M: Mapped> RowSink for Returned<'_, M> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.place.is_full(self.count) {
            return Err(Error::key_not_unique(M::TABLE));
        }
        if row.is_final() || self.are_deleted() {
            self.place.put(M::decode(row, 0)?);
        } else {
            self.changed.push(Changed { key: key_of::<M>(row)?, returned: M::decode(row, 0) });
        }
        self.count += 1;
        Ok(())
    }
}

/// The number of keys in one statement, each of which is a condition.
pub(super) const KEYS_AT_ONCE: usize = 500;

/// Takes rows by their keys.
struct ByKey<M>(HashMap<Vec<u8>, M>);

impl<M: Mapped> RowSink for ByKey<M> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.insert(bytes(&key_of::<M>(row)?), M::decode(row, 0)?);
        Ok(())
    }
}

/// The key of a row as the database stores it.
fn key_of<M: Mapped>(row: Row<'_>) -> Result<Vec<Value<'static>>> {
    let value = |&column: &usize| {
        let value = row.value(column).map(ValueRef::to_owned);
        value.map_err(|mismatch| Error::decode(M::TABLE, &M::TABLE.columns[column], mismatch))
    };
    M::PRIMARY_KEY.iter().map(value).collect()
}

/// The condition that a row has a key.
pub(super) fn is_key<M: Mapped>(key: &[Value<'static>]) -> Expr {
    let terms = M::PRIMARY_KEY.iter().zip(key).map(|(&column, value)| {
        Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(value.clone())))
    });
    Expr::And(terms.collect())
}

/// Bytes that are equal if keys are.
fn bytes(key: &[Value<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in key {
        append_bytes(&mut bytes, value);
    }
    bytes
}
