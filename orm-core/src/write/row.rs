//! Updating and deleting one row, which its primary key tells, and its version where it has one.

use crate::db::{Access, Executor};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::find_by_values;
use crate::row::{Columns, Row};
use crate::schema::{Table, Version};
use crate::sql::{self, Sql};
use crate::value::{Mismatch, Value, ValueRef};

/// Some columns, by their positions, with their values.
type Values = Vec<(usize, Value<'static>)>;

/// Writes all columns of the row with the model's key.
pub(crate) fn update<M: Model>(on: &impl Executor, row: &M) -> Result<()> {
    let version = M::TABLE.version.as_ref().map(|version| version.column);
    let is_written = |column: &usize| !M::PRIMARY_KEY.contains(column) && Some(*column) != version;
    let columns = (0..M::TABLE.columns.len()).filter(is_written);
    write(on, row, values_of(row, columns)?)
}

/// As [`Model::update`], for a model with a version: returns the row with its next one.
///
/// # Errors
///
/// As [`Model::update`].
pub fn update_versioned<M: Model>(on: &impl Executor, row: &M) -> Result<M> {
    update(on, row)?;
    let mut copy = Copied::of(row)?;
    copy.count_up::<M>()?;
    copy.decode()
}

/// Writes the columns that a function changes, and returns the changed row.
pub(crate) fn edit<M: Model>(on: &impl Executor, row: &M, change: impl FnOnce(&mut M)) -> Result<M> {
    let before = Copied::of(row)?;
    let mut edited = before.decode()?;
    change(&mut edited);
    let mut after = Copied::of(&edited)?;
    let changes = before.changes(&after);
    if changes.is_empty() {
        return Ok(edited);
    }
    let is_version = |column: usize| M::TABLE.version.as_ref().is_some_and(|version| version.column == column);
    if changes.iter().any(|(column, _)| is_version(*column)) {
        return Err(Error::version_is_counted(M::TABLE));
    }
    write(on, row, changes)?;
    after.count_up::<M>()?;
    after.decode()
}

/// Deletes the row with the model's key.
pub(crate) fn delete<M: Model>(on: &impl Executor, row: &M) -> Result<()> {
    let sql = sql::delete(M::TABLE, identity(row)?, on.dialect());
    expect_one(on, row, &sql)
}

/// Writes some columns, and the next version.
fn write<M: Model>(on: &impl Executor, row: &M, mut changes: Values) -> Result<()> {
    if let Some(version) = &M::TABLE.version {
        let next = version.after(M::TABLE, &row.encode(version.column)?)?;
        changes.push((version.column, next));
    }
    if changes.is_empty() {
        // A row that is all key has nothing to change, but must be there.
        return find_by_values::<M>(on, key_of(row)?).map(|_| ());
    }
    let identity = identity(row)?;
    let columns: Vec<usize> = changes.iter().chain(&identity).map(|(column, _)| *column).collect();
    let sql = sql::update(M::TABLE, changes, identity, on.dialect());
    expect_one(on, row, &sql).map_err(|error| error.in_columns(M::TABLE, &columns))
}

fn expect_one<M: Model>(on: &impl Executor, row: &M, sql: &Sql) -> Result<()> {
    if on.run(Access::Write, |session| session.execute(sql))? > 0 {
        return Ok(());
    }
    if M::TABLE.version.is_some() {
        find_by_values::<M>(on, key_of(row)?)?;
        return Err(Error::stale(M::TABLE));
    }
    Err(Error::not_found(M::TABLE))
}

/// What tells the row that is meant: its key, and the version that was read.
fn identity<M: Model>(row: &M) -> Result<Values> {
    let version = M::TABLE.version.iter().map(|version| version.column);
    values_of(row, M::PRIMARY_KEY.iter().copied().chain(version))
}

fn key_of<M: Model>(row: &M) -> Result<Vec<Value<'static>>> {
    M::PRIMARY_KEY.iter().map(|&column| Ok(row.encode(column)?.into_owned())).collect()
}

fn values_of<M: Model>(row: &M, columns: impl IntoIterator<Item = usize>) -> Result<Values> {
    columns.into_iter().map(|column| Ok((column, row.encode(column)?.into_owned()))).collect()
}

/// A row's values as they are stored. A model need not be `Clone`, and is copied this way.
struct Copied(Vec<Value<'static>>);

impl Copied {
    fn of<M: Model>(row: &M) -> Result<Self> {
        let columns = 0..M::TABLE.columns.len();
        columns.map(|column| Ok(row.encode(column)?.into_owned())).collect::<Result<_>>().map(Copied)
    }

    fn decode<M: Model>(&self) -> Result<M> {
        M::decode(Row::new(self), 0)
    }

    /// What is different in another copy.
    fn changes(&self, other: &Copied) -> Values {
        let pairs = self.0.iter().zip(&other.0).enumerate();
        pairs.filter(|(_, (own, new))| own != new).map(|(column, (_, new))| (column, new.clone())).collect()
    }

    /// Gives the copy the version that was written.
    fn count_up<M: Model>(&mut self) -> Result<()> {
        if let Some(version) = &M::TABLE.version
            && let Some(value) = self.0.get_mut(version.column)
        {
            *value = version.after(M::TABLE, value)?;
        }
        Ok(())
    }
}

impl Columns for Copied {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        self.0.get(index).map(Value::as_value_ref).ok_or_else(|| Mismatch::Refused("no such column".into()))
    }

    fn name(&self, _: usize) -> Option<&str> {
        None
    }
}

impl Version {
    /// The version after another.
    fn after(&self, table: &'static Table, current: &Value<'_>) -> Result<Value<'static>> {
        match current {
            Value::Int(current) if *current < self.most => Ok(Value::Int(current + 1)),
            _ => Err(Error::encode(table, &table.columns[self.column], Mismatch::OutOfRange)),
        }
    }
}
