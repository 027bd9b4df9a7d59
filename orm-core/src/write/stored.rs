//! Rows that a write returns: as they are stored, the same number as were sent, or an error and no change at all.

pub(super) mod given;
mod read_back;
mod returned;
mod writing;

use crate::db::Session;
use crate::driver::Written;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::WrittenRows;
use returned::Returned;

pub(super) use read_back::{change_each, delete_each};
pub(super) use writing::Writing;

/// Writes one row. On an error nothing is written, and a row that is not returned is an error.
pub(super) fn one<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<M> {
    at_most_one(session, writing, 1)?.ok_or_else(|| Error::ignored(M::TABLE, 1, 0))
}

/// Writes one row or none. On an error nothing is written.
pub(super) fn one_or_none<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Option<M>> {
    at_most_one(session, writing, 0)
}

/// Writes rows, of which a minimum number must be returned, and appends those that are to others; one row if writes
/// return none. It runs in a transaction, which an error rolls back.
pub(super) fn several<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    least: usize,
    rows: &mut Vec<M>,
) -> Result<()> {
    if session.dialect().last_key().is_some() {
        match read_back::at_most_one(session, writing)? {
            Some(row) => rows.push(row),
            None if least > 0 => return Err(Error::ignored(M::TABLE, least, 0)),
            None => {}
        }
        return Ok(());
    }
    let mut returned = Returned::several(rows);
    let mut taken = WrittenRows::at_least(least, M::TABLE, &mut returned);
    if session.write(writing.text, writing.params, &mut taken)? == Written::Again {
        returned.read_again(session)?;
    }
    Ok(())
}

fn at_most_one<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>, least: usize) -> Result<Option<M>> {
    if session.dialect().last_key().is_some() {
        return read_back::at_most_one(session, writing);
    }
    let mut row = None;
    let needs_no_transaction = session.in_transaction() || may_be_alone::<M>(session, writing)?;
    if !(needs_no_transaction && attempt(session, writing, least, Returned::one(&mut row))?) {
        session.within_write(|session| attempt(session, writing, least, Returned::one(&mut row)))?;
    }
    Ok(row)
}

/// Changes any number of rows, and returns them as they are stored. On an error nothing is changed.
pub(super) fn changed<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Vec<M>> {
    any_number(session, writing, |rows| Returned::several(rows))
}

/// Deletes any number of rows, and returns them as they were. On an error nothing is deleted.
pub(super) fn deleted<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Vec<M>> {
    any_number(session, writing, |rows| Returned::deleted(rows))
}

fn any_number<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    returned: impl for<'p> Fn(&'p mut Vec<M>) -> Returned<'p, M>,
) -> Result<Vec<M>> {
    let mut rows = Vec::new();
    let needs_no_transaction = session.in_transaction() || may_be_alone::<M>(session, writing)?;
    if !(needs_no_transaction && attempt(session, writing, 0, returned(&mut rows))?) {
        rows.clear();
        session.within_write(|session| attempt(session, writing, 0, returned(&mut rows)))?;
    }
    Ok(rows)
}

/// Whether the statement may run outside of a transaction: it can be refused, or there is no reason to refuse it.
fn may_be_alone<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<bool> {
    if session.can_refuse() {
        return Ok(!session.db().catalog().has_triggers(M::TABLE));
    }
    let is_one = !writing.by_key || session.tells_apart(M::TABLE)?;
    Ok(is_one && session.writable(M::TABLE)?.is_readable(writing.sent))
}

/// Runs the statement. Returns false if it was rolled back because it has to run in a transaction.
fn attempt<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    least: usize,
    mut returned: Returned<'_, M>,
) -> Result<bool> {
    let mut taken = if returned.are_deleted() {
        WrittenRows::any_number(&mut returned)
    } else {
        WrittenRows::at_least(least, M::TABLE, &mut returned)
    };
    match session.write(writing.text, writing.params, &mut taken)? {
        Written::Done => Ok(true),
        Written::Again => {
            let read = returned.read_again(session);
            read.map(|()| true).map_err(|error| error.leaving_changes(true))
        }
        Written::Withheld => {
            session.db().catalog().note_triggers(M::TABLE);
            Ok(false)
        }
    }
}
