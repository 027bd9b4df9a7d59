//! Batch functions, which load a value for all parents at once.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use super::Named;
use crate::column::Column;
use crate::error::{Error, Result};
use crate::loaded::NoSlot;
use crate::mapped::Mapped;
use crate::prefetch::{Branch, Context, Fetch, KeysOfParents, Parents, Prefetch, RelationOf};
use crate::sql::Request;
use crate::types::{KeyType, Keys};
use crate::value::ValueRef;

/// A `DataLoader`: loads a value for each parent with your function, from a list of keys to a map.
///
/// The function is called once for all parents, with the distinct values of a column, and not at all if there are none.
/// It may read the values from anywhere: a cache, a service, another database. A parent whose key is not in the map
/// gets `None`.
#[doc(alias = "dataloader")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # fn scores_of(keys: &[i64]) -> Result<std::collections::HashMap<i64, u32>> { Ok(keys.iter().map(|&key| (key, 1)).collect()) }
/// struct Score;
/// let scores = orm::batch(Student::id(), |keys: &[i64]| scores_of(keys)).named(Score);
/// let students = Student::query().prefetch(scores).all(&db)?;
/// let score: &Option<u32> = students[0].named(Score);
/// # Ok(())
/// # }
/// ```
pub fn batch<M, T, V, E, F>(column: Column<M, T>, load: F) -> Batch<M, T, V, F>
where
    M: Mapped,
    T: KeyType + Eq + Hash,
    V: Clone,
    E: Into<Box<dyn StdError + Send + Sync>>,
    F: Fn(&[T]) -> Result<HashMap<T, V>, E> + Send + Sync + 'static,
{
    Batch { column: [column.index()], load, types: PhantomData }
}

/// Values that a batch function loads: the result of [`batch`].
#[must_use = "a batch does nothing until it is named and prefetched"]
pub struct Batch<M, T, V, F> {
    column: [usize; 1],
    load: F,
    types: Types<M, T, V>,
}

/// The types that a batch only names: it is always `Send` and `Sync`.
type Types<M, T, V> = PhantomData<fn() -> (M, T, V)>;

impl<M, T, V, F> Batch<M, T, V, F> {
    /// Gives the value a name: a unit struct that you declare. Read it with `row.named(Name)`.
    pub fn named<N>(self, name: N) -> Named<N, Self> {
        Named::new(self, name)
    }
}

impl<M, T, V, F> fmt::Debug for Batch<M, T, V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batch(..)")
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T, V, F> RelationOf<M> for Batch<M, T, V, F> {
    type Slot = NoSlot;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, V, E, F> Prefetch for Batch<M, T, V, F>
where
    M: Mapped,
    T: KeyType + Eq + Hash,
    V: Clone + 'static,
    E: Into<Box<dyn StdError + Send + Sync>>,
    F: Fn(&[T]) -> Result<HashMap<T, V>, E> + Send + Sync + 'static,
{
    type State = Option<V>;

    fn fetch(&self) -> Fetch {
        Fetch::Function
    }

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<Option<V>> + 'q> {
        Box::new(self)
    }
}

impl<M, T, V, E, F> Branch<Option<V>> for &Batch<M, T, V, F>
where
    M: Mapped,
    T: KeyType + Eq + Hash,
    V: Clone,
    E: Into<Box<dyn StdError + Send + Sync>>,
    F: Fn(&[T]) -> Result<HashMap<T, V>, E>,
{
    fn requests<'a>(&'a mut self, _: &dyn Parents, _: &Context, _: &mut Vec<Request<'a>>) -> Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<Option<V>>> {
        let parent_keys = parents.keys(&self.column)?;
        if parent_keys.keys.is_empty() {
            return Ok(vec![None; parents.count()]);
        }
        let keys = decode_keys::<M, T>(&parent_keys.keys, self.column[0])?;
        let mut loaded = (self.load)(&keys).map_err(|error| Error::batch(error.into()))?;
        let values: Vec<Option<V>> = keys.iter().map(|key| loaded.remove(key)).collect();
        Ok(values_of_parents(&parent_keys.of_parents, &values))
    }
}

fn values_of_parents<V: Clone>(of_parents: &KeysOfParents, values: &[Option<V>]) -> Vec<Option<V>> {
    of_parents.iter().map(|key| key.and_then(|key| values.get(key)).cloned().flatten()).collect()
}

fn decode_keys<M: Mapped, T: KeyType>(keys: &Keys, column: usize) -> Result<Vec<T>> {
    let decoded: Result<Vec<T>, _> = match keys {
        Keys::Ints(keys) => keys.iter().map(|&key| T::decode(ValueRef::Int(key))).collect(),
        Keys::Values { values, .. } => values.iter().map(|value| T::decode(value.as_value_ref())).collect(),
    };
    decoded.map_err(|mismatch| Error::decode(M::TABLE, &M::TABLE.columns[column], mismatch))
}
