//! Inserting rows that may exist already, told by a unique key.

use super::row::check_written;
use super::stored::{self, Writing};
use super::{Given, Insertable, insert_params};
use crate::access::Access;
use crate::column::ColumnSet;
use crate::db::{Executor, Session};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::sql::{self, OnConflict};

/// Inserts a row, or updates some columns of the one that has the same unique key; returns it as stored.
///
/// `unique` are the columns of a unique index or of the primary key; `update` are those that take the new values.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let ada = NewStudent { email: "ada@example.org".into(), ..student("Ada", "Lovelace") };
/// let ada = orm::upsert(&db, ada, Student::email(), Student::last_name())?;
/// # Ok(())
/// # }
/// ```
///
/// SQL: `INSERT INTO "students" (…) VALUES (…) ON CONFLICT ("email") DO UPDATE SET "name" = excluded."name" RETURNING …`
///
/// # Errors
///
/// Those of other constraints, and that of the database when no unique index has just these columns.
#[expect(clippy::needless_pass_by_value, reason = "a new row is given away, as in `insert`")]
pub fn upsert<N: Insertable>(
    on: &impl Executor,
    new: N,
    unique: impl ColumnSet<N::Model>,
    update: impl ColumnSet<N::Model>,
) -> Result<N::Model> {
    let mut update = update.positions();
    update.extend(N::Model::TABLE.updated_at.filter(|moment| !update.is_empty() && !update.contains(moment)));
    let action = OnConflict { unique: &unique.positions(), update: &update };
    insert_or(on, &new, &action, stored::one)
}

/// Inserts a row unless one has the same unique key; `None` when one has.
///
/// `unique` are the columns of a unique index or of the primary key.
///
/// SQL: `INSERT INTO "students" (…) VALUES (…) ON CONFLICT ("email") DO NOTHING RETURNING …`
///
/// # Errors
///
/// As [`upsert`].
#[expect(clippy::needless_pass_by_value, reason = "a new row is given away, as in `insert`")]
pub fn insert_or_skip<N: Insertable>(
    on: &impl Executor,
    new: N,
    unique: impl ColumnSet<N::Model>,
) -> Result<Option<N::Model>> {
    insert_or(on, &new, &OnConflict { unique: &unique.positions(), update: &[] }, stored::one_or_none)
}

fn insert_or<N: Insertable, T>(
    on: &impl Executor,
    new: &N,
    action: &OnConflict<'_>,
    write: impl FnOnce(&mut Session<'_>, &Writing<'_>) -> Result<T>,
) -> Result<T> {
    action.update.iter().try_for_each(|&column| check_written(N::Model::TABLE, column))?;
    let new = Given::of(std::slice::from_ref(new));
    let text = sql::upsert(N::Model::TABLE, &new.columns, action, on.dialect()).text;
    let params = insert_params(&new, 1, on.dialect())?;
    // A row that was there already holds what is sent in those columns alone that are updated.
    let sent = if action.update.is_empty() { &*new.columns } else { action.update };
    let writing =
        Writing { text: &text, params: &params, columns: &new.columns, told_by: action.unique, sent, by_key: false };
    let done = on.run(Access::Write, |session| {
        session.check_columns(N::Model::TABLE, &new.columns)?;
        write(session, &writing)
    });
    done.map_err(|error| new.target().blame(error, on.dialect()))
}
