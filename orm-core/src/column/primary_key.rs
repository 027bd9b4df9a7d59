//! A model's primary key, for code that is generic over models.

use std::fmt;
use std::marker::PhantomData;

use super::{Condition, KeyOf, OrderBy};
use crate::ast::{Comparison, Expr};
use crate::error::{Error, Result};
use crate::mapped::{Mapped, encode_key_error};
use crate::types::Key;
use crate::value::Value;

/// The primary key of the model `M`, with one or several columns: `M::primary_key()`.
#[must_use = "a key does nothing until it is compared or ordered by"]
pub struct PrimaryKey<M>(PhantomData<fn() -> M>);

impl<M: Mapped> PrimaryKey<M> {
    pub(crate) fn new() -> Self {
        PrimaryKey(PhantomData)
    }

    /// Matches the row with this key.
    ///
    /// SQL: `"id" = ?`, or `"student_id" = ? AND "course_id" = ?`
    pub fn eq(self, key: impl KeyOf<M, M::Key>) -> Condition<M> {
        key_values::<M>(&key.into_key()).map_or_else(failed, |values| Condition::new(equal(M::PRIMARY_KEY, values)))
    }

    /// Matches all rows except the one with this key.
    pub fn ne(self, key: impl KeyOf<M, M::Key>) -> Condition<M> {
        !self.eq(key)
    }

    /// Matches the rows with one of these keys, and no row for an empty list.
    ///
    /// SQL: `"id" IN (…)`, with the same SQL text for any number of keys; for a key of several columns `"student_id" =
    /// ? AND "course_id" = ? OR …`.
    pub fn in_<K: KeyOf<M, M::Key>>(self, keys: impl IntoIterator<Item = K>) -> Condition<M> {
        let keys = keys.into_iter().map(|key| key_values::<M>(&key.into_key()));
        keys.collect::<Result<Vec<_>>>().map_or_else(failed, |keys| Condition::new(is_one_of::<M>(keys)))
    }

    /// Orders by the columns of the key, ascending.
    #[must_use]
    pub fn asc(self) -> Vec<OrderBy<M>> {
        M::PRIMARY_KEY.iter().map(|&column| OrderBy::new(Ok(Expr::Column(column)), false)).collect()
    }

    /// Orders by the columns of the key, descending.
    #[must_use]
    pub fn desc(self) -> Vec<OrderBy<M>> {
        M::PRIMARY_KEY.iter().map(|&column| OrderBy::new(Ok(Expr::Column(column)), true)).collect()
    }
}

impl<M> Clone for PrimaryKey<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for PrimaryKey<M> {}

impl<M: Mapped> fmt::Debug for PrimaryKey<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "primary key of {}", M::TABLE.model)
    }
}

/// The values of a key's columns.
///
/// # Errors
///
/// Returns an error if no database can store a value.
pub(crate) fn key_values<M: Mapped>(key: &M::Key) -> Result<Vec<Value<'static>>> {
    key.to_values().map_err(encode_key_error::<M>)
}

fn is_one_of<M: Mapped>(keys: Vec<Vec<Value<'static>>>) -> Expr {
    match M::PRIMARY_KEY {
        &[column] => Expr::In(Box::new(Expr::Column(column)), keys.into_iter().flatten().collect()),
        columns => Expr::Or(keys.into_iter().map(|values| equal(columns, values)).collect()),
    }
}

fn equal(columns: &[usize], values: Vec<Value<'static>>) -> Expr {
    let terms = columns.iter().zip(values).map(|(&column, value)| {
        Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(value)))
    });
    Expr::And(terms.collect())
}

fn failed<M>(error: Error) -> Condition<M> {
    Condition::failed(Some(error))
}
