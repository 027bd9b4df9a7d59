//! Rows that were written, read by their keys: where statements that write return none.

use super::returned::Returned;
use super::writing::Writing;
use crate::db::Session;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::WrittenRows;
use crate::sql;
use crate::types::Param;
use crate::value::Value;

/// Writes one row or none, and reads it in the same transaction. An error leaves nothing of it.
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

/// The columns that tell the row, and what they hold: those of the key by which it is written, or of its primary key. There
/// are none where the database assigned the key.
fn told_by<'w, M: Mapped>(writing: &Writing<'w>) -> Result<(Vec<usize>, Vec<Param<'w>>)> {
    let keys = [writing.told_by, M::PRIMARY_KEY];
    if let Some((key, held)) = keys.iter().find_map(|&key| Some((key, held_by(key, writing)?))) {
        return Ok((key.to_vec(), held));
    }
    if M::TABLE.generated_key {
        return Ok((Vec::new(), Vec::new()));
    }
    Err(Error::unsupported(
        "the database returns no rows that were written, and finds this one by nothing that is sent; give its primary key",
    ))
}

/// What some columns hold according to what is sent, if none of them is `NULL`, which tells no row.
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
