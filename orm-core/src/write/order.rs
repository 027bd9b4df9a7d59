//! The order of the rows that an insert returns.

use std::collections::{HashMap, VecDeque};

use super::{Given, Insertable};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::live::Needs;
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::types::append_bytes;
use crate::value::{Timestamp, Value};

/// Puts the rows that an insert returned in the order of the new rows. Tables on several servers return them in another
/// order.
pub(super) fn restore<N: Insertable>(
    session: &mut Session<'_>,
    given: &Given<'_, N>,
    returned: &mut [N::Model],
) -> Result<()> {
    restore_told_by(session, given, &ToldBy::of(N::Model::TABLE, &given.columns), returned)
}

/// Does the same for rows that may have existed before, which a unique key identifies.
pub(super) fn restore_by<N: Insertable>(
    session: &mut Session<'_>,
    given: &Given<'_, N>,
    unique: &[usize],
    returned: &mut [N::Model],
) -> Result<()> {
    restore_told_by(session, given, &ToldBy::Given(telling(unique, &given.columns)), returned)
}

/// Puts each row that an insert returned at the position of its new row. Rows that were skipped are not returned.
pub(super) fn places<N: Insertable>(
    session: &mut Session<'_>,
    given: &Given<'_, N>,
    unique: &[usize],
    mut returned: Vec<N::Model>,
) -> Result<Vec<Option<N::Model>>> {
    if returned.len() == given.rows.len() {
        restore_by(session, given, unique, &mut returned)?;
        return Ok(returned.into_iter().map(Some).collect());
    }
    let told_by = telling(unique, &given.columns);
    let mut places: Vec<Option<N::Model>> = given.rows.iter().map(|_| None).collect();
    if returned.is_empty() {
        return Ok(places);
    }
    let mut given = by_values(given, told_by)?;
    for row in returned {
        let place = given.get_mut(&bytes(told_by, |column| row.encode(column))?).and_then(VecDeque::pop_front);
        let place = place.ok_or_else(|| Error::lost_place(N::Model::TABLE, told_by))?;
        places[place] = Some(row);
    }
    Ok(places)
}

/// The columns that identify a returned row: those of the key, if they have values.
fn telling<'c>(unique: &'c [usize], given: &'c [usize]) -> &'c [usize] {
    if unique.iter().all(|column| given.contains(column)) { unique } else { given }
}

/// The positions of the new rows, by the values of some columns.
fn by_values<N: Insertable>(given: &Given<'_, N>, columns: &[usize]) -> Result<HashMap<Vec<u8>, VecDeque<usize>>> {
    let mut places: HashMap<Vec<u8>, VecDeque<usize>> = HashMap::with_capacity(given.rows.len());
    for at in 0..given.rows.len() {
        places.entry(bytes(columns, |column| given.encode(at, column).map(cut))?).or_default().push_back(at);
    }
    Ok(places)
}

fn restore_told_by<N: Insertable>(
    session: &mut Session<'_>,
    given: &Given<'_, N>,
    told_by: &ToldBy<'_>,
    returned: &mut [N::Model],
) -> Result<()> {
    let table = N::Model::TABLE;
    let comparable = returned.len() > 1 && returned.len() == given.rows.len() && session.dialect().scatters_rows();
    if !comparable || told_by.in_order(given, returned)? {
        return Ok(());
    }
    // A trigger may have changed the values, and a sequence may count downwards.
    let indexes = session.context(Needs::INDEXES)?.indexes;
    if indexes.is_scattered(table.schema, table.name, session.dialect()) {
        told_by.sort(given, returned)?;
    }
    Ok(())
}

/// What identifies the new row of a returned one.
enum ToldBy<'c> {
    /// The key that the database generated: it increases in the order of the new rows.
    Assigned(usize),
    /// The values of these columns, which were sent. Rows with the same values are interchangeable.
    Given(&'c [usize]),
}

impl<'c> ToldBy<'c> {
    fn of(table: &'static Table, columns: &'c [usize]) -> Self {
        match table.primary_key {
            key if key.iter().all(|column| columns.contains(column)) => ToldBy::Given(key),
            &[key] if table.generated_key => ToldBy::Assigned(key),
            _ => ToldBy::Given(columns),
        }
    }

    fn in_order<N: Insertable>(&self, given: &Given<'_, N>, returned: &[N::Model]) -> Result<bool> {
        match *self {
            ToldBy::Assigned(key) => Ok(returned.is_sorted_by_key(|row| assigned(row, key))),
            ToldBy::Given(columns) => {
                for (at, row) in returned.iter().enumerate() {
                    for &column in columns {
                        if cut(given.encode(at, column)?) != row.encode(column)? {
                            return Ok(false);
                        }
                    }
                }
                Ok(true)
            }
        }
    }

    fn sort<N: Insertable>(&self, given: &Given<'_, N>, returned: &mut [N::Model]) -> Result<()> {
        match *self {
            ToldBy::Assigned(key) => returned.sort_by_key(|row| assigned(row, key)),
            ToldBy::Given(columns) => {
                let mut places = by_values(given, columns)?;
                let mut order = Vec::with_capacity(returned.len());
                for row in &*returned {
                    let place =
                        places.get_mut(&bytes(columns, |column| row.encode(column))?).and_then(VecDeque::pop_front);
                    order.push(place.ok_or_else(|| Error::lost_order(N::Model::TABLE))?);
                }
                put(returned, &mut order);
            }
        }
        Ok(())
    }
}

/// The value as it is returned: truncated to microseconds.
fn cut(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Time(time) => Value::Time(time.to_microseconds()),
        Value::DateTime(at) => Value::DateTime(at.to_microseconds()),
        Value::Timestamp(Timestamp(at)) => Value::Timestamp(Timestamp(at.to_microseconds())),
        value => value,
    }
}

fn assigned<M: Mapped>(row: &M, key: usize) -> Option<i64> {
    match row.encode(key) {
        Ok(Value::Int(key)) => Some(key),
        _ => None,
    }
}

/// Bytes that are equal if the values of some columns are.
pub(super) fn bytes<'v>(columns: &[usize], value: impl Fn(usize) -> Result<Value<'v>>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for &column in columns {
        append_bytes(&mut bytes, &value(column)?);
    }
    Ok(bytes)
}

/// Moves each row to its position, of which there is one for each.
fn put<M>(rows: &mut [M], places: &mut [usize]) {
    for at in 0..rows.len() {
        while places[at] != at {
            let to = places[at];
            rows.swap(at, to);
            places.swap(at, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_moved_to_its_place() {
        let mut rows = ["c", "a", "d", "b", "e"];
        put(&mut rows, &mut [2, 0, 3, 1, 4]);
        assert_eq!(rows, ["a", "b", "c", "d", "e"]);
    }
}
