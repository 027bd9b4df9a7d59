//! Inserting, updating and deleting rows, and linking them.

mod change;
mod get_or_create;
mod graph;
mod linking;
mod new_rows;
mod order;
mod row;
mod rows;
mod rows_of;
mod stored;
mod upsert;

use std::marker::PhantomData;
use std::sync::Arc;

use crate::access::Access;
use crate::db::{Db, On, Performs, Run, Session, write, write_new};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::sql::{self, Dialect, Purpose};
use crate::types::{Param, SqlType};
use crate::value::Value;

pub use change::{Change, Changes};
pub use get_or_create::get_or_create;
pub use graph::{Insert, NewRowOf, Then, WholeRelationOf, With, insert_many};
pub use linking::Relinked;
pub(crate) use linking::insert_pairs;
pub use new_rows::Insertable;
use new_rows::{Given, Target};
pub use row::update_versioned;
pub use row::{Edited, Meant, Written};
pub use rows::Rows;
pub use rows_of::RowsOf;
use stored::{Writing, given};
pub use upsert::{Upsert, Upserted, excluded, insert_or_skip, upsert};

/// The version of a new row.
pub const FIRST_VERSION: Value<'static> = Value::Int(1);

/// Inserts one row and returns it as stored.
///
/// # Errors
///
/// Returns an error if a constraint is violated.
#[track_caller]
pub fn insert<N: Insertable, Mode: Performs<N, N::Model>>(
    on: &impl Run<Mode = Mode>,
    new: N,
) -> Mode::Outcome<'_, N::Model> {
    write_new(on, new, |new, on| {
        let rows = Given::of(std::slice::from_ref(new));
        let params = insert_params(&rows, 1, on.dialect())?;
        insert_one(on, rows.target(), &params)
    })
}

/// A row that is stored as it is, with its key: all columns except generated ones.
pub struct Stored<M> {
    values: Vec<Value<'static>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped> Stored<M> {
    pub(crate) fn of(row: &M) -> Result<Self> {
        let values = M::TABLE.written().map(|column| Ok(row.encode(column)?.into_owned()));
        Ok(Stored { values: values.collect::<Result<_>>()?, model: PhantomData })
    }

    /// The row to store, for another attempt.
    #[expect(clippy::unnecessary_wraps, reason = "not all work can be repeated")]
    pub(crate) fn again(stored: &Result<Self>) -> Option<Result<Self>> {
        let again = |stored: &Self| Stored { values: stored.values.clone(), model: PhantomData };
        Some(stored.as_ref().map(again).map_err(Clone::clone))
    }

    pub(crate) fn insert(self, on: On<'_>) -> Result<M> {
        let columns: Vec<usize> = M::TABLE.written().collect();
        let target = Target { table: M::TABLE, columns: &columns, is_cached: true };
        let (mut params, mut values) = (Vec::with_capacity(columns.len()), self.values.into_iter());
        append_params(&mut params, target, |_| Ok(values.next().unwrap_or(Value::Null)), on.dialect())?;
        insert_one(on, target, &params)
    }
}

/// Inserts any number of rows in one transaction and returns their number (bulk insert). Either all rows are inserted
/// or none.
///
/// The rows are not returned, so it is faster than [`insert_many`]. The iterator is streamed: only the rows of one
/// statement are in memory. Without rows, nothing is sent.
#[doc(alias = "bulk_create")]
#[doc(alias = "copy_in")]
#[doc(alias = "insert_all")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # let names = ["Physics", "Biology"].into_iter();
/// let number = orm::bulk_insert(&db, names.map(|name| NewDepartment { name: name.into() }))?;
/// # Ok(())
/// # }
/// ```
///
/// SQL: `INSERT INTO "students" (…) VALUES (…), (…), …`; on PostgreSQL `INSERT INTO "students" (…) SELECT unnest($1), …`
///
/// # Errors
///
/// Returns an error if a constraint is violated; then no row is inserted.
#[track_caller]
pub fn bulk_insert<N: Insertable, I: IntoIterator<Item = N>, Mode: Performs<I, u64>>(
    on: &impl Run<Mode = Mode>,
    new: I,
) -> Mode::Outcome<'_, u64> {
    write(on, new, insert_counted)
}

fn insert_counted<N: Insertable>(new: impl IntoIterator<Item = N>, on: On<'_>) -> Result<u64> {
    let mut new = new.into_iter().peekable();
    if new.peek().is_none() {
        return Ok(0);
    }
    let at_once = new_rows_at_once(types_of(N::Model::TABLE, N::COLUMNS), on.dialect());
    on.run(Access::Write, |session| {
        session.atomic(|session| {
            let mut number = 0;
            while new.peek().is_some() {
                let rows: Vec<N> = new.by_ref().take(at_once).collect();
                for rows in in_statements(&rows, session.dialect(), false, 0) {
                    number += insert_unseen(session, &rows)?;
                }
            }
            Ok(number)
        })
    })
}

/// Inserts the rows of one statement, without returning them.
fn insert_unseen<N: Insertable>(session: &mut Session<'_>, rows: &Given<'_, N>) -> Result<u64> {
    let (table, sent, target) = (N::Model::TABLE, rows.rows.len(), rows.target());
    if let Some(key) = target.assigned_key()
        && !session.assigns_key(table, key)?
    {
        return Err(Error::key_not_assigned(table, key, session.dialect().assigned_key()));
    }
    session.check_columns(table, &rows.columns)?;
    let params = insert_params(rows, sent, session.dialect())?;
    let each = session.tells_of_inserts() && !params.is_empty();
    let text = insert_text(session.db(), target, if each { 1 } else { sent }, false);
    let inserted = if each {
        let inserted = session.insert(&text, &params, target.columns.len(), &mut |_| {});
        inserted.map(|inserted| inserted.map_or(0, |inserted| inserted.rows))
    } else {
        session.execute_text(&text, &params)
    };
    let taken = inserted.map_err(|error| target.blame(error, session.dialect()))?;
    match usize::try_from(taken) {
        Ok(taken) if taken != sent => Err(Error::ignored(table, sent, taken)),
        _ => Ok(taken),
    }
}

fn insert_one<M: Mapped>(on: On<'_>, target: Target<'_>, params: &[Param<'_>]) -> Result<M> {
    let assigned = target.assigned_key();
    let inserted = on.run(Access::Write, |session| {
        session.check_columns(target.table, target.columns)?;
        if given::are_as_given::<M>(session, target.columns, params, assigned)? {
            let text = insert_text(session.db(), target, 1, false);
            let (writing, mut row) = (Writing::of_new::<M>(&text, params, target.columns), None);
            if given::insert(session, &writing, assigned, |given| row = Some(given))? {
                return row.ok_or_else(|| Error::ignored(M::TABLE, 1, 0));
            }
        }
        let text = insert_text(session.db(), target, 1, true);
        stored::one(session, &Writing::of_new::<M>(&text, params, target.columns))
    });
    inserted.map_err(|error| target.blame(error, on.dialect()))
}

/// Inserts any number of rows, in as few statements as the database's limits allow.
fn insert_rows<N: Insertable>(session: &mut Session<'_>, rows: &[N]) -> Result<Vec<N::Model>> {
    let mut inserted = Vec::with_capacity(rows.len());
    for rows in in_statements(rows, session.dialect(), true, 0) {
        let (target, sent, first) = (rows.target(), rows.rows.len(), inserted.len());
        session.check_columns(target.table, target.columns)?;
        let params = insert_params(&rows, sent, session.dialect())?;
        let done = insert_seen(session, target, &params, sent, &mut inserted);
        done.map_err(|error| target.blame(error, session.dialect()))?;
        order::restore(session, &rows, &mut inserted[first..])?;
    }
    Ok(inserted)
}

/// Inserts rows, and returns them as they are stored: the rows that were sent, if nothing changes them.
fn insert_seen<M: Mapped>(
    session: &mut Session<'_>,
    target: Target<'_>,
    params: &[Param<'_>],
    sent: usize,
    rows: &mut Vec<M>,
) -> Result<()> {
    let assigned = target.assigned_key();
    if given::are_as_given::<M>(session, target.columns, params, assigned)? {
        let text = insert_text(session.db(), target, 1, false);
        let writing = Writing::of_new::<M>(&text, params, target.columns);
        if given::insert(session, &writing, assigned, |row| rows.push(row))? {
            return Ok(());
        }
    }
    let text = insert_text(session.db(), target, sent, true);
    stored::several(session, &Writing::of_new::<M>(&text, params, target.columns), sent, rows)
}

/// Columns, with their values for some rows, row after row.
type ByColumns = (Vec<usize>, Vec<Value<'static>>);

/// The values of some new rows, grouped by the columns that they have.
pub(crate) fn values_by_columns<N: Insertable>(new: &[N]) -> Result<Vec<ByColumns>> {
    let values = |rows| {
        let given = Given::of(rows);
        let mut values = Vec::with_capacity(given.rows.len() * given.columns.len());
        for row in 0..given.rows.len() {
            for &column in &*given.columns {
                values.push(given.encode(row, column)?.into_owned());
            }
        }
        Ok((given.columns.into_owned(), values))
    };
    new.chunk_by(Given::same_columns).map(values).collect()
}

/// Calls a function with the rows of one statement after the other; a statement has this number of parameters besides
/// their values.
///
/// A statement has the same columns for all of its rows, so rows that leave a column to its default are separated.
fn in_statements<'a, N: Insertable>(
    rows: &'a [N],
    dialect: &'static dyn Dialect,
    returns: bool,
    besides: usize,
) -> impl Iterator<Item = Given<'a, N>> {
    rows.chunk_by(Given::same_columns).flat_map(move |rows| {
        let columns = Given::of(rows).columns;
        let at_once = match dialect.last_key() {
            // The generated key can only be read for a single row.
            Some(_) if returns => 1,
            _ => new_rows_at_once(types_of(N::Model::TABLE, &columns), dialect),
        };
        let at_most = match dialect.max_params().saturating_sub(besides).checked_div(columns.len()) {
            Some(rows) if !dialect.inserts_arrays() => rows.max(1),
            _ => usize::MAX,
        };
        rows.chunks(at_once.min(at_most)).map(Given::of)
    })
}

/// The maximum number of new rows in one statement, with columns of these types. If arrays are sent as one array of all
/// elements, the elements of a row are counted from its beginning, and many rows would take quadratic time.
pub(crate) fn new_rows_at_once(types: impl ExactSizeIterator<Item = SqlType>, dialect: &dyn Dialect) -> usize {
    const ENOUGH_WITH_ELEMENTS: usize = 200;
    let (columns, mut types) = (types.len(), types);
    let at_once = rows_at_once(columns, dialect);
    let has_arrays = types.any(|sql_type| matches!(sql_type, SqlType::Array(_)));
    if has_arrays { at_once.min(ENOUGH_WITH_ELEMENTS) } else { at_once }
}

/// The types of some columns.
fn types_of<'t>(table: &'static Table, columns: &'t [usize]) -> impl ExactSizeIterator<Item = SqlType> + 't {
    columns.iter().map(|&column| table.columns[column].sql_type)
}

/// The number of rows in one statement: limited by its parameters, and by what is efficient according to measurements.
fn rows_at_once(columns: usize, dialect: &dyn Dialect) -> usize {
    const ENOUGH: usize = 500;
    const ENOUGH_IN_ARRAYS: usize = 5_000;
    match dialect.max_params().checked_div(columns) {
        // `DEFAULT VALUES` makes only one row.
        None => 1,
        Some(_) if dialect.inserts_arrays() => ENOUGH_IN_ARRAYS,
        Some(rows) => rows.clamp(1, ENOUGH),
    }
}

fn insert_text(db: &Db, target: Target<'_>, count: usize, returns: bool) -> Arc<str> {
    let Target { table, columns, is_cached } = target;
    let render = || sql::insert(table, columns, count, returns, db.dialect()).text;
    if !is_cached {
        return render().into();
    }
    // If rows are sent as arrays, the SQL is the same for any number of rows above one.
    let rendered = if db.dialect().inserts_arrays() { count.min(2) } else { count };
    db.texts().get(table, Purpose::Insert { columns: columns.len(), rows: rendered, returns }, render)
}

/// The values of some rows: row after row, or a list for each column.
fn insert_params<'r, N: Insertable>(
    rows: &'r Given<'_, N>,
    count: usize,
    dialect: &dyn Dialect,
) -> Result<Vec<Param<'r>>> {
    if count > 1 && dialect.inserts_arrays() {
        return column_lists(rows, count);
    }
    let mut params = Vec::with_capacity(count * rows.columns.len());
    for row in 0..count {
        append_params(&mut params, rows.target(), |column| rows.encode(row, column), dialect)?;
    }
    Ok(params)
}

/// Adds the values of one row.
fn append_params<'r>(
    params: &mut Vec<Param<'r>>,
    target: Target<'_>,
    mut value: impl FnMut(usize) -> Result<Value<'r>>,
    dialect: &dyn Dialect,
) -> Result<()> {
    let has_forms = target.table.has_forms() && dialect.has_forms();
    for &column in target.columns {
        let value = value(column)?;
        params.push(Param::Value(if has_forms { sql::stored(target.table, column, value, dialect)? } else { value }));
    }
    Ok(())
}

/// A list for each column of some rows.
fn column_lists<'r, N: Insertable>(rows: &'r Given<'_, N>, count: usize) -> Result<Vec<Param<'r>>> {
    let list = |&column: &usize| {
        let values = (0..count).map(|row| rows.encode(row, column)).collect::<Result<_>>()?;
        Ok((N::Model::TABLE.columns[column].sql_type, values))
    };
    Ok(sql::lists(rows.columns.iter().map(list).collect::<Result<Vec<_>>>()?))
}
