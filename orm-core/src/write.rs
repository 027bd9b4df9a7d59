//! Inserting, updating and deleting rows, and linking them.

use std::borrow::Borrow;
use std::sync::Arc;

use crate::db::{Access, Executor};
use crate::driver::Session;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::Decoded;
use crate::relation::{Relation, ToMany};
use crate::schema::{RelationDef, Through};
use crate::sql::{self, Dialect, Param, Purpose, Sql};
use crate::value::Value;

/// A struct whose fields are columns to insert: the `New…` struct of a model.
pub trait Insertable {
    /// The model that it makes.
    type Model: Model;

    /// The positions of the columns that it gives values for.
    const COLUMNS: &'static [usize];

    /// The value for the column at a position.
    ///
    /// # Errors
    ///
    /// When it cannot be stored exactly.
    fn encode(&self, column: usize) -> Result<Value<'_>>;
}

/// A model gives all of its columns.
struct Whole<'a, M> {
    row: &'a M,
    columns: Vec<usize>,
}

impl<M: Model> Rows for Whole<'_, M> {
    type Model = M;

    fn columns(&self) -> &[usize] {
        &self.columns
    }

    fn encode(&self, _: usize, column: usize) -> Result<Value<'_>> {
        self.row.encode(column)
    }
}

/// Rows to be inserted with the same columns.
trait Rows {
    type Model: Model;

    fn columns(&self) -> &[usize];
    fn encode(&self, row: usize, column: usize) -> Result<Value<'_>>;
}

impl<N: Insertable> Rows for &[N] {
    type Model = N::Model;

    fn columns(&self) -> &[usize] {
        N::COLUMNS
    }

    fn encode(&self, row: usize, column: usize) -> Result<Value<'_>> {
        self[row].encode(column)
    }
}

/// Inserts one row and returns it as stored.
///
/// # Errors
///
/// Those of constraints.
pub fn insert<N: Insertable>(on: &impl Executor, new: &N) -> Result<N::Model> {
    insert_one(on, &std::slice::from_ref(new))
}

/// Inserts a model with the key it has.
pub(crate) fn insert_row<M: Model>(on: &impl Executor, row: &M) -> Result<M> {
    insert_one(on, &Whole { row, columns: (0..M::TABLE.columns.len()).collect() })
}

fn insert_one<R: Rows>(on: &impl Executor, rows: &R) -> Result<R::Model> {
    let text = insert_text(on, rows, 1);
    let params = insert_params(rows, 0, 1)?;
    let mut inserted = Decoded::new();
    on.run(Access::Write, |session| session.query_text(&text, &params, &mut inserted))?;
    inserted.rows.pop().ok_or_else(|| Error::not_found(R::Model::TABLE))
}

/// Inserts any number of rows in one transaction and returns them as stored, in the same order.
///
/// They travel in as few statements as the database's limits allow; no row sends nothing.
///
/// SQL: `INSERT INTO "students" (…) VALUES (…), (…), … RETURNING …`
///
/// # Errors
///
/// Those of constraints; then no row is inserted.
pub fn insert_many<N: Insertable>(on: &impl Executor, new: impl IntoIterator<Item = N>) -> Result<Vec<N::Model>> {
    let new: Vec<N> = new.into_iter().collect();
    let mut inserted = Decoded::new();
    if new.is_empty() {
        return Ok(inserted.rows);
    }
    let rows = new.as_slice();
    let at_once = rows_at_once(N::COLUMNS.len(), on.dialect());
    on.run(Access::Write, |session| {
        session.atomic(|session| {
            for first in (0..rows.len()).step_by(at_once) {
                let count = at_once.min(rows.len() - first);
                let text = insert_text(on, &rows, count);
                session.query_text(&text, &insert_params(&rows, first, count)?, &mut inserted)?;
            }
            Ok(())
        })
    })?;
    Ok(inserted.rows)
}

/// The rows of one statement: no more than its parameters allow, nor than what was measured to be worth while.
fn rows_at_once(columns: usize, dialect: &dyn Dialect) -> usize {
    const ENOUGH: usize = 500;
    dialect.max_params().checked_div(columns).map_or(1, |rows| rows.clamp(1, ENOUGH))
}

fn insert_text<R: Rows>(on: &impl Executor, rows: &R, count: usize) -> Arc<str> {
    let render = || sql::insert(R::Model::TABLE, rows.columns(), count, on.dialect()).text;
    on.db().texts().get(R::Model::TABLE, Purpose::Insert { columns: rows.columns().len(), rows: count }, render)
}

/// The values of some rows, row after row.
fn insert_params<R: Rows>(rows: &R, first: usize, count: usize) -> Result<Vec<Param<'_>>> {
    let columns = rows.columns();
    let mut params = Vec::with_capacity(count * columns.len());
    for row in first..first + count {
        for &column in columns {
            params.push(Param::Value(rows.encode(row, column)?));
        }
    }
    Ok(params)
}

/// Writes all columns of the row with the model's key.
pub(crate) fn update<M: Model>(on: &impl Executor, row: &M) -> Result<()> {
    let is_key = |column: &usize| M::PRIMARY_KEY.contains(column);
    let columns = (0..M::TABLE.columns.len()).filter(|column| !is_key(column));
    let changes = columns.map(|column| Ok((column, row.encode(column)?.into_owned()))).collect::<Result<Vec<_>>>()?;
    if changes.is_empty() {
        return Ok(());
    }
    let sql = sql::update(M::TABLE, changes, key_of(row)?, on.dialect());
    expect_one::<M>(on, &sql)
}

/// Deletes the row with the model's key.
pub(crate) fn delete<M: Model>(on: &impl Executor, row: &M) -> Result<()> {
    let sql = sql::delete(M::TABLE, key_of(row)?, on.dialect());
    expect_one::<M>(on, &sql)
}

fn expect_one<M: Model>(on: &impl Executor, sql: &Sql) -> Result<()> {
    match on.run(Access::Write, |session| session.execute(sql))? {
        0 => Err(Error::not_found(M::TABLE)),
        _ => Ok(()),
    }
}

fn key_of<M: Model>(row: &M) -> Result<Vec<Value<'static>>> {
    values_of(row, M::PRIMARY_KEY)
}

fn values_of<M: Model>(row: &M, columns: &[usize]) -> Result<Vec<Value<'static>>> {
    columns.iter().map(|&column| Ok(row.encode(column)?.into_owned())).collect()
}

/// Links of many-to-many relations.
impl<P: Model, C: Model, const AT: usize> Relation<P, C, ToMany, AT> {
    /// Links a parent with some rows. A link that exists stays as it is, where the join table has a key that tells.
    ///
    /// ```text
    /// Student::courses().link(&db, &ada, [&algebra, &geometry])?;
    /// ```
    ///
    /// SQL: `INSERT INTO "enrollments" ("student_id", "course_id") VALUES (?1, ?2), … ON CONFLICT DO NOTHING`
    ///
    /// # Errors
    ///
    /// [`is_foreign_key_violation`](Error::is_foreign_key_violation) when a row does not exist, and
    /// [`is_invalid`](Error::is_invalid) for a `has_many` relation, whose rows hold the key themselves.
    pub fn link<R: Borrow<C>>(self, on: &impl Executor, parent: &P, rows: impl IntoIterator<Item = R>) -> Result<()> {
        let relation = self.def();
        let through = through_of(relation)?;
        let left = values_of(parent, relation.from_columns)?;
        let rows: Vec<R> = rows.into_iter().collect();
        let width = through.left.len() + through.right.len();
        on.run(Access::Write, |session| {
            session.atomic(|session| {
                for rows in rows.chunks(rows_at_once(width, session.dialect())) {
                    link_some::<C, R>(session, relation, through, &left, rows)?;
                }
                Ok(())
            })
        })
    }
}

fn link_some<C: Model, R: Borrow<C>>(
    session: &mut Session<'_>,
    relation: &'static RelationDef,
    through: &'static Through,
    left: &[Value<'static>],
    rows: &[R],
) -> Result<()> {
    let mut values = Vec::new();
    for row in rows {
        values.extend_from_slice(left);
        values.extend(values_of(row.borrow(), relation.to_columns)?);
    }
    let sql = sql::insert_links(through, rows.len(), values, session.dialect());
    session.execute(&sql)?;
    Ok(())
}

fn through_of(relation: &'static RelationDef) -> Result<&'static Through> {
    relation.through.as_ref().ok_or_else(|| {
        Error::invalid(format!(
            "`{}` is not a many-to-many relation; set the foreign key of the other row instead",
            relation.path()
        ))
    })
}
