//! Rows that are stored as they were sent, so that nothing has to be read back.

use super::returned::{Returned, is_key};
use super::writing::Writing;
use crate::ast::Select;
use crate::db::Session;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::{Row, RowValues};
use crate::sql;
use crate::types::Param;
use crate::value::{Mismatch, Value, ValueRef};

/// Whether rows of these values are stored as they are sent, and their generated keys are returned.
pub(in crate::write) fn are_as_given<M: Mapped>(
    session: &mut Session<'_>,
    columns: &[usize],
    params: &[Param<'_>],
    assigned: Option<usize>,
) -> Result<bool> {
    if !session.tells_of_inserts() || session.db().catalog().has_triggers(M::TABLE) {
        return Ok(false);
    }
    if params.is_empty() || !params.iter().all(is_plain) {
        return Ok(false);
    }
    if !session.writable(M::TABLE)?.is_as_given(M::TABLE, columns, assigned) {
        return Ok(false);
    }
    assigned.map_or(Ok(true), |key| session.assigns_key(M::TABLE, key))
}

/// Inserts rows that are stored as they are sent, with a statement that inserts one and returns nothing. Returns false,
/// without any effect, if a trigger changes a row that is inserted outside of a transaction.
pub(in crate::write) fn insert<M: Mapped>(
    session: &mut Session<'_>,
    writing: &Writing<'_>,
    assigned: Option<usize>,
    mut place: impl FnMut(M),
) -> Result<bool> {
    let Writing { text, params, columns, .. } = *writing;
    let mut keys = Vec::new();
    let inserted = session.insert(text, params, columns.len(), &mut |key| keys.push(key))?;
    let is_alone = inserted.is_some_and(|inserted| inserted.is_alone);
    if !is_alone {
        // Another program has created a trigger since the table was looked up.
        session.db().catalog().note_triggers(M::TABLE);
    }
    let Some(inserted) = inserted else { return Ok(false) };
    if inserted.rows != keys.len() as u64 {
        return Err(Error::ignored(M::TABLE, keys.len(), usize::try_from(inserted.rows).unwrap_or_default()));
    }
    for (params, key) in params.chunks(columns.len()).zip(keys) {
        let given = Given { columns, params, assigned, key };
        place(if is_alone {
            M::decode(Row::new(&given), 0)?
        } else {
            given.read_again(session).map_err(|error| error.leaving_changes(true))?
        });
    }
    Ok(true)
}

/// Whether SQLite returns a value as it was sent, in a column that stores values of its kind unchanged.
fn is_plain(param: &Param<'_>) -> bool {
    let (Param::Value(value) | Param::Compared(value)) = param else { return false };
    matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Blob(_))
}

/// The values of a row that was inserted.
struct Given<'w> {
    columns: &'w [usize],
    params: &'w [Param<'w>],
    assigned: Option<usize>,
    key: i64,
}

impl Given<'_> {
    /// The row as it is stored now.
    fn read_again<M: Mapped>(&self, session: &mut Session<'_>) -> Result<M> {
        let value = |&column: &usize| {
            let value = self.value(column).map(ValueRef::to_owned);
            value.map_err(|mismatch| Error::decode(M::TABLE, &M::TABLE.columns[column], mismatch))
        };
        let key: Vec<Value<'static>> = M::PRIMARY_KEY.iter().map(value).collect::<Result<_>>()?;
        let select = Select { filter: vec![is_key::<M>(&key)], ..Select::new(M::TABLE) };
        let mut row = None;
        session.query(&sql::select(&select, session.dialect()), &mut Returned::one(&mut row))?;
        row.ok_or_else(|| Error::ignored(M::TABLE, 1, 0))
    }
}

impl RowValues for Given<'_> {
    fn value(&self, index: usize) -> std::result::Result<ValueRef<'_>, Mismatch> {
        if Some(index) == self.assigned {
            return Ok(ValueRef::Int(self.key));
        }
        let at = self.columns.iter().position(|&column| column == index);
        match at.and_then(|at| self.params.get(at)) {
            Some(Param::Value(value) | Param::Compared(value)) => Ok(value.as_value_ref()),
            _ => Err(Mismatch::Refused("no such column".into())),
        }
    }

    fn name(&self, _: usize) -> Option<&str> {
        None
    }
}
