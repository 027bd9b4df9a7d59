//! Rows that a write returns: as they are stored, as many as were sent, or an error and no change at all.

mod read_back;
mod returned;
mod writing;

use crate::db::Session;
use crate::driver::Written;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::WrittenRows;
use returned::Returned;

pub(super) use writing::Writing;

/// Writes one row. An error leaves nothing of it, and a row that does not come back is one.
pub(super) fn one<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<M> {
    at_most_one(session, writing, 1)?.ok_or_else(|| Error::ignored(M::TABLE, 1, 0))
}

/// Writes one row or none. An error leaves nothing of it.
pub(super) fn one_or_none<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Option<M>> {
    at_most_one(session, writing, 0)
}

/// Writes `number` rows, and adds them to others; one row where statements that write return none. It runs in a transaction, which
/// an error rolls back.
pub(super) fn several<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    number: usize,
    rows: &mut Vec<M>,
) -> Result<()> {
    if session.dialect().last_key().is_some() {
        rows.push(one(session, writing)?);
        return Ok(());
    }
    let mut returned = Returned::several(rows);
    let mut taken = WrittenRows::at_least(number, M::TABLE, &mut returned);
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
    if !(needs_no_transaction && attempt(session, writing, least, &mut row)?) {
        session.within_write(|session| attempt(session, writing, least, &mut row))?;
    }
    Ok(row)
}

/// Whether the statement may be a transaction by itself: it can be refused, or there is nothing to refuse it for.
fn may_be_alone<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<bool> {
    if session.can_refuse() {
        return Ok(!session.db().catalog().has_triggers(M::TABLE));
    }
    let is_one = !writing.by_key || session.tells_apart(M::TABLE)?;
    Ok(is_one && session.writable(M::TABLE)?.is_readable(writing.sent))
}

/// Runs the statement. False if it was rolled back, since it must run in a transaction.
fn attempt<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    least: usize,
    row: &mut Option<M>,
) -> Result<bool> {
    let mut returned = Returned::one(row);
    let mut taken = WrittenRows::at_least(least, M::TABLE, &mut returned);
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
