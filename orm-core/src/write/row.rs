//! Updating and deleting one row, which its primary key tells, and its version where it has one.

use super::stored::{self, Writing};
use crate::access::Access;
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::query::find_by_values;
use crate::row::{Row, RowValues};
use crate::schema::{Table, Version};
use crate::sql::{self, Dialect, Sql};
use crate::value::{Mismatch, Timestamp, Value, ValueRef};

/// Some columns, by their positions, with their values.
type Values = Vec<(usize, Value<'static>)>;

/// Writes all columns of the row with the model's key.
pub(crate) fn update<M: Mapped>(on: &impl Executor, row: &M) -> Result<()> {
    let Some(update) = Update::of(row, all_of(row)?, false, on.dialect())? else {
        // A row that is all key has nothing to change, but must be there.
        return find_by_values::<M>(on, key_of(row)?).map(|_| ());
    };
    expect_one(on, row, &update.sql).map_err(|error| error.in_columns(M::TABLE, &update.columns))
}

/// As [`Model::update`](crate::model::Model::update), for a model with a version: returns the row as it is stored then, with its next version.
///
/// # Errors
///
/// As [`Model::update`](crate::model::Model::update).
pub fn update_versioned<M: Mapped>(on: &impl Executor, row: &M) -> Result<M> {
    change(on, row, all_of(row)?)
}

/// Writes the columns that a function changes, and returns the row as it is stored then.
pub(crate) fn edit<M: Mapped>(on: &impl Executor, row: &M, edit: impl FnOnce(&mut M)) -> Result<M> {
    let before = Copied::of(row)?;
    let mut edited = before.decode()?;
    edit(&mut edited);
    let changes = before.changes(&Copied::of(&edited)?);
    changes.iter().try_for_each(|(column, _)| check_written(M::TABLE, *column))?;
    match changes.is_empty() {
        false => change(on, row, with_moment::<M>(changes)),
        true if M::TABLE.version.is_some() => unchanged(on, row),
        true => Ok(edited),
    }
}

/// Deletes the row with the model's key.
pub(crate) fn delete<M: Mapped>(on: &impl Executor, row: &M) -> Result<()> {
    let sql = sql::delete(M::TABLE, identity(row)?, on.dialect());
    expect_one(on, row, &sql)
}

/// Writes some columns and the next version, and returns the row as it is stored then.
fn change<M: Mapped>(on: &impl Executor, row: &M, changes: Values) -> Result<M> {
    let Some(update) = Update::of(row, changes, true, on.dialect())? else {
        return find_by_values::<M>(on, key_of(row)?);
    };
    let writing = Writing {
        text: &update.sql.text,
        params: &update.sql.params,
        columns: &update.columns,
        told_by: M::PRIMARY_KEY,
        sent: &update.columns,
        by_key: true,
    };
    let written = on.run(Access::Write, |session| {
        session.check_forms(&update.sql.used)?;
        stored::one_or_none(session, &writing)
    });
    match written.map_err(|error| error.in_columns(M::TABLE, &update.columns))? {
        Some(stored) => Ok(stored),
        None => Err(not_written(on, row)?),
    }
}

/// The row as it is stored, if it still has the version that was read.
fn unchanged<M: Mapped>(on: &impl Executor, row: &M) -> Result<M> {
    let stored = find_by_values::<M>(on, key_of(row)?)?;
    if has_same_version(row, &stored)? { Ok(stored) } else { Err(Error::stale(M::TABLE)) }
}

fn expect_one<M: Mapped>(on: &impl Executor, row: &M, sql: &Sql) -> Result<()> {
    let written = on.run(Access::Write, |session| {
        if session.tells_apart(M::TABLE)? {
            return session.execute(sql);
        }
        session.atomic(|session| match session.execute(sql)? {
            written @ 0..=1 => Ok(written),
            _ => Err(Error::key_not_unique(M::TABLE)),
        })
    });
    if written? > 0 { Ok(()) } else { Err(not_written(on, row)?) }
}

/// Why a statement for one row changed none.
fn not_written<M: Mapped>(on: &impl Executor, row: &M) -> Result<Error> {
    let stored = find_by_values::<M>(on, key_of(row)?)?;
    let is_stale = !has_same_version(row, &stored)?;
    Ok(if is_stale { Error::stale(M::TABLE) } else { Error::ignored(M::TABLE, 1, 0) })
}

/// Whether two rows have the same version; those without one have.
fn has_same_version<M: Mapped>(one: &M, other: &M) -> Result<bool> {
    let Some(version) = &M::TABLE.version else { return Ok(true) };
    Ok(one.encode(version.column)? == other.encode(version.column)?)
}

/// Whether the program may write a column: it is neither the version nor computed by the database.
pub(super) fn check_written(table: &'static Table, column: usize) -> Result<()> {
    if table.version.as_ref().is_some_and(|version| version.column == column) {
        return Err(Error::version_is_counted(table));
    }
    if table.columns[column].generated.is_some() {
        return Err(Error::column_is_generated(table, column));
    }
    Ok(())
}

fn is_version<M: Mapped>(column: usize) -> bool {
    M::TABLE.version.as_ref().is_some_and(|version| version.column == column)
}

/// An update of one row.
struct Update {
    sql: Sql,
    /// The columns of its parameters.
    columns: Vec<usize>,
}

impl Update {
    /// The update that writes some columns, and the next version; `None` if that is nothing.
    fn of<M: Mapped>(row: &M, mut changes: Values, returns: bool, dialect: &dyn Dialect) -> Result<Option<Self>> {
        if let Some(version) = &M::TABLE.version {
            let next = version.after(M::TABLE, &row.encode(version.column)?)?;
            changes.push((version.column, next));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let identity = identity(row)?;
        let columns = changes.iter().chain(&identity).map(|(column, _)| *column).collect();
        Ok(Some(Update { sql: sql::update(M::TABLE, changes, identity, returns, dialect), columns }))
    }
}

/// The values of all columns that an update writes: not those of the key, nor the version; and the moment of the update
/// instead of that of the last one.
fn all_of<M: Mapped>(row: &M) -> Result<Values> {
    let is_moment = |column: usize| M::TABLE.updated_at == Some(column);
    let is_written =
        |&column: &usize| !M::PRIMARY_KEY.contains(&column) && !is_version::<M>(column) && !is_moment(column);
    values_of(row, M::TABLE.written().filter(is_written)).map(with_moment::<M>)
}

/// Some changes, with the moment at which they are made where the row has a column for it that they leave alone.
fn with_moment<M: Mapped>(mut changes: Values) -> Values {
    let untouched = M::TABLE.updated_at.filter(|&moment| changes.iter().all(|(column, _)| *column != moment));
    changes.extend(untouched.map(|column| (column, M::TABLE.moment(column, Timestamp::now()))));
    changes
}

/// What tells the row that is meant: its key, and the version that was read.
fn identity<M: Mapped>(row: &M) -> Result<Values> {
    let version = M::TABLE.version.iter().map(|version| version.column);
    values_of(row, M::PRIMARY_KEY.iter().copied().chain(version))
}

fn key_of<M: Mapped>(row: &M) -> Result<Vec<Value<'static>>> {
    M::PRIMARY_KEY.iter().map(|&column| Ok(row.encode(column)?.into_owned())).collect()
}

fn values_of<M: Mapped>(row: &M, columns: impl IntoIterator<Item = usize>) -> Result<Values> {
    columns.into_iter().map(|column| Ok((column, row.encode(column)?.into_owned()))).collect()
}

/// A row's values as they are stored. A model need not be `Clone`, and is copied this way.
struct Copied(Vec<Value<'static>>);

impl Copied {
    fn of<M: Mapped>(row: &M) -> Result<Self> {
        let columns = 0..M::TABLE.columns.len();
        columns.map(|column| Ok(row.encode(column)?.into_owned())).collect::<Result<_>>().map(Copied)
    }

    fn decode<M: Mapped>(&self) -> Result<M> {
        M::decode(Row::new(self), 0)
    }

    /// What is different in another copy.
    fn changes(&self, other: &Copied) -> Values {
        let pairs = self.0.iter().zip(&other.0).enumerate();
        pairs.filter(|(_, (own, new))| own != new).map(|(column, (_, new))| (column, new.clone())).collect()
    }
}

impl RowValues for Copied {
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
