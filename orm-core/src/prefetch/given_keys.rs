//! Keys without their rows.

use super::keys::{ParentKeys, collect_of};
use super::{Parents, describe_key};
use crate::column::key_values;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::value::Value;

/// Keys: the values of some columns of a table.
pub(crate) struct GivenKeys {
    table: &'static Table,
    columns: &'static [usize],
    /// The values of one key after the other.
    values: Vec<Value<'static>>,
}

impl GivenKeys {
    /// Primary keys of a model.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store a value of one.
    pub(crate) fn of<'k, M: Mapped>(keys: impl Iterator<Item = &'k M::Key>) -> Result<Self>
    where
        M::Key: 'k,
    {
        let mut values = Vec::with_capacity(keys.size_hint().0 * M::PRIMARY_KEY.len());
        for key in keys {
            values.extend(key_values::<M>(key)?);
        }
        Ok(GivenKeys { table: M::TABLE, columns: M::PRIMARY_KEY, values })
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = &[Value<'static>]> + Clone {
        self.values.chunks_exact(self.columns.len().max(1))
    }

    /// The value of a column in a key.
    fn value<'k>(&self, key: &'k [Value<'static>], column: usize) -> Result<Value<'k>> {
        let at = self.columns.iter().position(|&other| other == column);
        let value = at.and_then(|at| key.get(at));
        value.cloned().ok_or_else(|| Error::invalid(format!("column {column} is not one of the key")))
    }
}

impl Parents for GivenKeys {
    fn count(&self) -> usize {
        self.iter().len()
    }

    fn keys(&self, columns: &[usize]) -> Result<ParentKeys> {
        collect_of(self.table, self.iter(), columns, |key, column| self.value(key, column))
    }

    fn describe(&self, parent: usize) -> String {
        describe_key(self.table, self.iter().nth(parent).unwrap_or_default().iter().map(|value| Ok(value.clone())))
    }
}
