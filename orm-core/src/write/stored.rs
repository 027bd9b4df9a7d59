//! Rows that a write returns: as they are stored, as many as were sent, or an error and no change at all.

mod read_back;

use std::collections::HashMap;

use crate::ast::{Comparison, Expr, Select};
use crate::db::Session;
use crate::driver::Written;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::row::{Row, RowSink, WrittenRows};
use crate::sql;
use crate::types::{Param, append_bytes};
use crate::value::{Value, ValueRef};

/// A statement that writes rows of one table and returns all of their columns.
pub(super) struct Writing<'w> {
    pub(super) text: &'w str,
    pub(super) params: &'w [Param<'w>],
    /// The columns of the parameters of a row.
    pub(super) columns: &'w [usize],
    /// The columns of a key by which the row can be told.
    pub(super) told_by: &'w [usize],
    /// The columns in which a row that comes back holds what is sent.
    pub(super) sent: &'w [usize],
    /// Whether it writes the row of a key, of which the table may have several.
    pub(super) by_key: bool,
}

impl<'w> Writing<'w> {
    /// An insert of rows that give values for some columns.
    pub(super) fn of_new<M: Mapped>(text: &'w str, params: &'w [Param<'w>], columns: &'w [usize]) -> Self {
        Writing { text, params, columns, told_by: M::PRIMARY_KEY, sent: columns, by_key: false }
    }
}

/// Writes one row. An error leaves nothing of it, and a row that does not come back is one.
pub(super) fn one<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<M> {
    at_most_one(session, writing, 1)?.ok_or_else(|| Error::ignored(M::TABLE, 1, 0))
}

/// Writes one row or none. An error leaves nothing of it.
pub(super) fn one_or_none<M: Mapped>(session: &mut Session<'_>, writing: &Writing<'_>) -> Result<Option<M>> {
    at_most_one(session, writing, 0)
}

/// Writes so many rows, and adds them to others; one where statements that write return none. It runs in a transaction, which an error rolls back.
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
    let mut returned = Returned::new(rows, number);
    if session.write(writing.text, writing.params, &mut returned)? == Written::Again {
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
    if !(needs_no_transaction && attempt(session, writing, Returned::new(&mut row, least))?) {
        session.within_write(|session| attempt(session, writing, Returned::new(&mut row, least)))?;
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
    mut returned: Returned<'_, M, Option<M>>,
) -> Result<bool> {
    match session.write(writing.text, writing.params, &mut returned)? {
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

/// Where rows go.
trait Place<M> {
    /// How many may come.
    const MOST: usize;

    fn put(&mut self, row: M);
}

impl<M> Place<M> for Option<M> {
    const MOST: usize = 1;

    fn put(&mut self, row: M) {
        *self = Some(row);
    }
}

impl<M> Place<M> for Vec<M> {
    const MOST: usize = usize::MAX;

    fn put(&mut self, row: M) {
        self.push(row);
    }
}

/// Takes the rows that a statement returns.
struct Returned<'p, M, P> {
    place: &'p mut P,
    /// How many came.
    count: usize,
    /// How many must come.
    least: usize,
    /// The rows that triggers may have changed since, by their keys.
    changed: Vec<Changed<M>>,
}

/// A row that triggers may have changed after it was returned.
struct Changed<M> {
    key: Vec<Value<'static>>,
    /// The row as it was returned. A trigger may yet give a column the value that its type needs.
    returned: Result<M>,
}

impl<'p, M: Mapped, P: Place<M>> Returned<'p, M, P> {
    fn new(place: &'p mut P, least: usize) -> Self {
        Returned { place, count: 0, least, changed: Vec::new() }
    }

    /// Reads the rows again that triggers may have changed. One that is not there any more stays as it was returned.
    fn read_again(self, session: &mut Session<'_>) -> Result<()> {
        let mut stored = ByKey::<M>(HashMap::with_capacity(self.changed.len()));
        let keys = self.changed.iter().map(|changed| is_key::<M>(&changed.key)).collect();
        let select = Select { filter: vec![Expr::Or(keys)], ..Select::new(M::TABLE) };
        session.query(&sql::select(&select, session.dialect()), &mut stored)?;
        for Changed { key, returned } in self.changed {
            self.place.put(stored.0.remove(&bytes(&key)).map_or(returned, Ok)?);
        }
        Ok(())
    }
}

impl<M: Mapped, P: Place<M>> RowSink for Returned<'_, M, P> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.count == P::MOST {
            return Err(Error::key_not_unique(M::TABLE));
        }
        if row.is_final() {
            self.place.put(M::decode(row, 0)?);
        } else {
            self.changed.push(Changed { key: key_of::<M>(row)?, returned: M::decode(row, 0) });
        }
        self.count += 1;
        Ok(())
    }
}

impl<M: Mapped, P: Place<M>> WrittenRows for Returned<'_, M, P> {
    fn is_complete(&self) -> bool {
        self.count >= self.least
    }

    fn incomplete(&self) -> Error {
        Error::ignored(M::TABLE, self.least, self.count)
    }

    fn wants_stored(&self) -> bool {
        true
    }
}

/// Takes rows by their keys.
struct ByKey<M>(HashMap<Vec<u8>, M>);

impl<M: Mapped> RowSink for ByKey<M> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.insert(bytes(&key_of::<M>(row)?), M::decode(row, 0)?);
        Ok(())
    }
}

/// The key of a row as the database stores it.
fn key_of<M: Mapped>(row: Row<'_>) -> Result<Vec<Value<'static>>> {
    let value = |&column: &usize| {
        let value = row.value(column).map(ValueRef::to_owned);
        value.map_err(|mismatch| Error::decode(M::TABLE, &M::TABLE.columns[column], mismatch))
    };
    M::PRIMARY_KEY.iter().map(value).collect()
}

fn is_key<M: Mapped>(key: &[Value<'static>]) -> Expr {
    let terms = M::PRIMARY_KEY.iter().zip(key).map(|(&column, value)| {
        Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(value.clone())))
    });
    Expr::And(terms.collect())
}

/// Bytes that are equal where keys are.
fn bytes(key: &[Value<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in key {
        append_bytes(&mut bytes, value);
    }
    bytes
}
