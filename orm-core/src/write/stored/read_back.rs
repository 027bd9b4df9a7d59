//! Reading written rows by their keys, if writes return none.

use super::returned::{KEYS_AT_ONCE, Returned, is_key};
use super::writing::Writing;
use crate::ast::{Expr, Lock, Select, Strength, Wait};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::WrittenRows;
use crate::sql;
use crate::types::Param;
use crate::value::Value;

/// Writes one row or none, and reads it in the same transaction. On an error nothing is written.
pub(super) fn at_most_one<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Option<M>> {
    let (told_by, params) = told_by::<M>(writing)?;
    let sql = sql::written(M::TABLE, &told_by, session.dialect());
    session.within_write(|session| {
        session.check_forms(&sql.used)?;
        if session.execute_text(writing.text, writing.params)? == 0 {
            return Ok(None);
        }
        let mut row = None;
        let mut returned = Returned::one(&mut row);
        let mut rows = WrittenRows::at_least(1, M::TABLE, &mut returned);
        let read = session.query_text(&sql.text, &params, &mut rows);
        read.and_then(|()| rows.check()).map_err(|error| error.leaving_changes(true))?;
        Ok(row)
    })
}

/// Updates the rows that meet some conditions, and reads them by their keys. On an error nothing is written.
pub(in crate::write) fn change_each<M: Mapped>(
    session: &mut Session<'_>,
    filter: &[Expr],
    changes: &[(usize, Expr)],
) -> Result<Vec<M>> {
    if changes.iter().any(|(column, _)| M::PRIMARY_KEY.contains(column)) {
        return Err(Error::unsupported(
            "the database does not return written rows, so a row with another primary key cannot be found again; use \
             `update`",
        ));
    }
    each_locked(session, filter, |session, is_one_of, _| {
        let select = Select { filter: vec![is_one_of], ..Select::new(M::TABLE) };
        session.execute(&sql::update_where(M::TABLE, changes, &select.filter, false, session.dialect()))?;
        let mut rows = Vec::new();
        session.query(&sql::select(&select, session.dialect()), &mut Returned::several(&mut rows))?;
        Ok(rows)
    })
}

/// Deletes the rows that meet some conditions, and returns them as they were. On an error nothing is deleted.
pub(in crate::write) fn delete_each<M: Mapped>(session: &mut Session<'_>, filter: &[Expr]) -> Result<Vec<M>> {
    each_locked(session, filter, |session, is_one_of, rows| {
        session.execute(&sql::delete_where(M::TABLE, &[is_one_of], false, session.dialect()))?;
        Ok(rows)
    })
}

/// Locks the rows that meet some conditions, and processes the rows of some keys after the other: each step must return
/// as many rows.
fn each_locked<M: Mapped>(
    session: &mut Session<'_>,
    filter: &[Expr],
    mut work: impl FnMut(&mut Session<'_>, Expr, Vec<M>) -> Result<Vec<M>>,
) -> Result<Vec<M>> {
    session.atomic(|session| {
        let mut locked = Vec::new();
        let lock = Some(Lock { strength: Strength::Update, wait: Wait::Wait });
        let select = Select { filter: filter.to_vec(), lock, ..Select::new(M::TABLE) };
        session.query(&sql::select(&select, session.dialect()), &mut Returned::several(&mut locked))?;
        let (number, mut locked) = (locked.len(), locked.into_iter());
        let mut done = Vec::with_capacity(number);
        while done.len() < number {
            let rows: Vec<M> = locked.by_ref().take(KEYS_AT_ONCE).collect();
            let keys = rows.iter().map(|row| {
                let values = M::PRIMARY_KEY.iter().map(|&column| Ok(row.encode(column)?.into_owned()));
                values.collect::<Result<Vec<_>>>()
            });
            let keys = keys.map(|key| key.map(|key| is_key::<M>(&key))).collect::<Result<_>>()?;
            let (sent, changed) = (rows.len(), work(session, Expr::Or(keys), rows)?);
            match changed.len() {
                taken if taken < sent => return Err(Error::ignored(M::TABLE, sent, taken)),
                taken if taken > sent => return Err(Error::key_not_unique(M::TABLE)),
                _ => done.extend(changed),
            }
        }
        Ok(done)
    })
}

/// The columns that identify the row, and their values: those of the key by which it is written, or of its primary key.
/// There are none if the database generated the key.
fn told_by<'w, M: Mapped>(writing: &Writing<'w>) -> Result<(Vec<usize>, Vec<Param<'w>>)> {
    let keys = [writing.told_by, M::PRIMARY_KEY];
    if let Some((key, held)) = keys.iter().find_map(|&key| Some((key, held_by(key, writing)?))) {
        return Ok((key.to_vec(), held));
    }
    if M::TABLE.generated_key {
        return Ok((Vec::new(), Vec::new()));
    }
    Err(Error::unsupported(
        "the database does not return written rows, and nothing that is sent identifies this row; give its primary key",
    ))
}

/// The values of some columns according to what is sent, if none of them is `NULL`, which identifies no row.
fn held_by<'w>(key: &[usize], writing: &Writing<'w>) -> Option<Vec<Param<'w>>> {
    let held = |column: &usize| {
        let at = writing.columns.iter().position(|other| other == column)?;
        match writing.params.get(at)? {
            Param::Value(Value::Null) | Param::Compared(Value::Null) => None,
            Param::Value(value) | Param::Compared(value) => Some(Param::Compared(value.clone())),
            _ => None,
        }
    };
    key.iter().map(held).collect()
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
