//! Updating and deleting one row, identified by its primary key, and by its version if it has one.

use std::marker::PhantomData;

use super::stored::{self, Writing};
use crate::access::Access;
use crate::db::{On, Performs, Run, write_row};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::query::find_by_values;
use crate::row::{Row, RowValues};
use crate::schema::{Table, Version};
use crate::sql::{self, Dialect, Sql};
use crate::value::{Mismatch, Timestamp, Value, ValueRef};

/// Some columns, by their positions, with their values.
type Values = Vec<(usize, Value<'static>)>;

/// A row that is identified: by its key, and the version that was read.
pub struct Meant<M> {
    key: Values,
    version: Option<Value<'static>>,
    model: PhantomData<fn() -> M>,
}

/// What is written to a row: some columns, with their values.
pub struct Written<M> {
    row: Meant<M>,
    changes: Values,
}

/// A row that a function has changed.
pub enum Edited<M> {
    /// Some columns differ.
    Changed(Written<M>),
    /// No column differs; the version that was read may be an old one.
    Unchanged(Meant<M>),
    /// No column differs, and there is no version.
    Same(M),
}

impl<M: Mapped> Meant<M> {
    /// The row with the model's key.
    pub(crate) fn of(row: &M) -> Result<Self> {
        let key = values_of(row, M::PRIMARY_KEY.iter().copied())?;
        let version = M::TABLE.version.as_ref().map(|version| row.encode(version.column));
        Ok(Meant { key, version: version.transpose()?.map(Value::into_owned), model: PhantomData })
    }

    /// The row, for another attempt.
    #[expect(clippy::unnecessary_wraps, reason = "not all work can be repeated")]
    pub(crate) fn again(meant: &Result<Self>) -> Option<Result<Self>> {
        Some(meant.as_ref().map(Self::copied).map_err(Clone::clone))
    }

    fn copied(&self) -> Self {
        Meant { key: self.key.clone(), version: self.version.clone(), model: PhantomData }
    }

    /// Deletes it.
    pub(crate) fn delete(self, on: On<'_>) -> Result<()> {
        let sql = sql::delete(M::TABLE, self.identity(), on.dialect());
        self.expect_one(on, &sql)
    }

    /// The row as it is stored, if it still has the version that was read.
    fn unchanged(&self, on: On<'_>) -> Result<M> {
        let stored = self.stored(on)?;
        if self.has_version_of(&stored)? { Ok(stored) } else { Err(Error::stale(M::TABLE)) }
    }

    fn stored(&self, on: On<'_>) -> Result<M> {
        find_by_values::<M>(on, self.key.iter().map(|(_, value)| value.clone()).collect())
    }

    fn expect_one(&self, on: On<'_>, sql: &Sql) -> Result<()> {
        let written = on.run(Access::Write, |session| {
            if session.tells_apart(M::TABLE)? {
                return session.execute(sql);
            }
            session.atomic(|session| match session.execute(sql)? {
                written @ 0..=1 => Ok(written),
                _ => Err(Error::key_not_unique(M::TABLE)),
            })
        });
        if written? > 0 { Ok(()) } else { Err(self.not_written(on)?) }
    }

    /// Why a statement for the row changed no row.
    fn not_written(&self, on: On<'_>) -> Result<Error> {
        let stored = self.stored(on)?;
        let is_stale = !self.has_version_of(&stored)?;
        Ok(if is_stale { Error::stale(M::TABLE) } else { Error::ignored(M::TABLE, 1, 0) })
    }

    /// Whether the stored row has the version that was read; always true without a version.
    fn has_version_of(&self, stored: &M) -> Result<bool> {
        let (Some(version), Some(read)) = (&M::TABLE.version, &self.version) else { return Ok(true) };
        Ok(stored.encode(version.column)? == *read)
    }

    /// What identifies the row: its key and its version, by their columns.
    fn identity(&self) -> Values {
        let version = M::TABLE.version.as_ref().zip(self.version.clone());
        let version = version.map(|(version, read)| (version.column, read));
        self.key.iter().cloned().chain(version).collect()
    }
}

impl<M: Mapped> Written<M> {
    /// All columns of the row with the model's key.
    pub(crate) fn all(row: &M) -> Result<Self> {
        Ok(Written { row: Meant::of(row)?, changes: all_of(row)? })
    }

    /// What is written, for another attempt.
    #[expect(clippy::unnecessary_wraps, reason = "not all work can be repeated")]
    pub(crate) fn again(written: &Result<Self>) -> Option<Result<Self>> {
        Some(written.as_ref().map(Self::copied).map_err(Clone::clone))
    }

    fn copied(&self) -> Self {
        Written { row: self.row.copied(), changes: self.changes.clone() }
    }

    /// Writes the columns.
    pub(crate) fn update(self, on: On<'_>) -> Result<()> {
        let Some(update) = Update::of(&self.row, self.changes, false, on.dialect())? else {
            // A row that only has key columns has nothing to update, but must exist.
            return self.row.stored(on).map(|_| ());
        };
        self.row.expect_one(on, &update.sql).map_err(|error| error.in_columns(M::TABLE, &update.columns))
    }

    /// Writes the columns and the next version, and returns the row as it is stored then.
    pub(crate) fn update_returning(self, on: On<'_>) -> Result<M> {
        let Some(update) = Update::of(&self.row, self.changes, true, on.dialect())? else {
            return self.row.stored(on);
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
            None => Err(self.row.not_written(on)?),
        }
    }
}

impl<M: Mapped> Edited<M> {
    /// The row after a function has changed it.
    pub(crate) fn of(row: &M, edit: impl FnOnce(&mut M)) -> Result<Self> {
        let before = Copied::of(row)?;
        let mut edited = before.decode()?;
        edit(&mut edited);
        let changes = before.changes(&Copied::of(&edited)?);
        changes.iter().try_for_each(|(column, _)| check_written(M::TABLE, *column))?;
        Ok(match changes.is_empty() {
            false => Edited::Changed(Written { row: Meant::of(row)?, changes: with_moment::<M>(changes) }),
            true if M::TABLE.version.is_some() => Edited::Unchanged(Meant::of(row)?),
            true => Edited::Same(edited),
        })
    }

    /// What is written, for another attempt; `None` if nothing is.
    pub(crate) fn again(edited: &Result<Self>) -> Option<Result<Self>> {
        match edited {
            Ok(Edited::Changed(written)) => Some(Ok(Edited::Changed(written.copied()))),
            Ok(Edited::Unchanged(row)) => Some(Ok(Edited::Unchanged(row.copied()))),
            Ok(Edited::Same(_)) => None,
            Err(error) => Some(Err(error.clone())),
        }
    }

    /// Writes the columns that differ, and returns the row as it is stored then.
    pub(crate) fn write(self, on: On<'_>) -> Result<M> {
        match self {
            Edited::Changed(written) => written.update_returning(on),
            Edited::Unchanged(row) => row.unchanged(on),
            Edited::Same(row) => Ok(row),
        }
    }
}

/// Does the same as [`Model::update`](crate::model::Model::update) for a model with a version: returns the row as it is
/// stored then, with its next version.
///
/// # Errors
///
/// Returns the same errors as [`Model::update`](crate::model::Model::update).
#[track_caller]
pub fn update_versioned<'e, M: Mapped, Mode: Performs<Result<Written<M>>, M>>(
    on: &'e impl Run<Mode = Mode>,
    row: &M,
) -> Mode::Outcome<'e, M> {
    write_row(on, Written::all(row), Written::again, |written, on| written?.update_returning(on))
}

/// Whether the program may write a column: it is neither the version nor a generated column.
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
    /// The update that writes some columns, and the next version; `None` if nothing is written.
    fn of<M: Mapped>(
        row: &Meant<M>,
        mut changes: Values,
        returns: bool,
        dialect: &dyn Dialect,
    ) -> Result<Option<Self>> {
        if let (Some(version), Some(read)) = (&M::TABLE.version, &row.version) {
            changes.push((version.column, version.after(M::TABLE, read)?));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let identity = row.identity();
        let columns = changes.iter().chain(&identity).map(|(column, _)| *column).collect();
        Ok(Some(Update { sql: sql::update(M::TABLE, changes, identity, returns, dialect), columns }))
    }
}

/// The values of all columns that an update writes, without the key and the version; and the time of the update instead
/// of that of the last one.
fn all_of<M: Mapped>(row: &M) -> Result<Values> {
    let is_moment = |column: usize| M::TABLE.updated_at == Some(column);
    let is_written =
        |&column: &usize| !M::PRIMARY_KEY.contains(&column) && !is_version::<M>(column) && !is_moment(column);
    values_of(row, M::TABLE.written().filter(is_written)).map(with_moment::<M>)
}

/// Some changes, with the time of the update if the row has a column for it that they do not set.
fn with_moment<M: Mapped>(mut changes: Values) -> Values {
    let untouched = M::TABLE.updated_at.filter(|&moment| changes.iter().all(|(column, _)| *column != moment));
    changes.extend(untouched.map(|column| (column, M::TABLE.moment(column, Timestamp::now()))));
    changes
}

fn values_of<M: Mapped>(row: &M, columns: impl IntoIterator<Item = usize>) -> Result<Values> {
    columns.into_iter().map(|column| Ok((column, row.encode(column)?.into_owned()))).collect()
}

/// A row's values as they are stored. A model need not be `Clone`, so it is copied this way.
struct Copied(Vec<Value<'static>>);

impl Copied {
    fn of<M: Mapped>(row: &M) -> Result<Self> {
        let columns = 0..M::TABLE.columns.len();
        columns.map(|column| Ok(row.encode(column)?.into_owned())).collect::<Result<_>>().map(Copied)
    }

    fn decode<M: Mapped>(&self) -> Result<M> {
        M::decode(Row::new(self), 0)
    }

    /// What differs in another copy.
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
