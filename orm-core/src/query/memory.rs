//! Prefetching onto rows that are in memory already.

use std::marker::PhantomData;
use std::ops::Deref;

use super::load_branch;
use crate::access::Access;
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::loaded::Attach;
use crate::mapped::Mapped;
use crate::prefetch::{ParentKeys, Parents, Prefetch, RelationOf, collect, describe};

/// Loads a relation for rows that are in memory: one statement, whatever their number.
///
/// The rows may come from anywhere, and may hold other relations already; those are kept and not loaded again. No row
/// sends nothing. The rows come back in the same order.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let students: Vec<Student> = Student::query().all(&db)?;
/// let students = orm::prefetch(&db, students, Student::courses())?;      // Vec<StudentLoaded<Many<Course>>>
/// let students = orm::prefetch(&db, students, Student::department())?;   // … with both
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`Query::all`](crate::query::Query::all).
pub fn prefetch<Row, M, R, How, Out>(on: &impl Executor, rows: Vec<Row>, relation: R) -> Result<Vec<Out>>
where
    M: Mapped,
    R: RelationOf<M>,
    R::Loads: Prefetch,
    Row: RowOf<M, How> + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
{
    let relation = relation.loads();
    let fetch = relation.fetch();
    fetch.error().cloned().map_or(Ok(()), Err)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let parents = InMemory { rows: &rows, types: PhantomData };
    let states = on.run(Access::Read, |session| {
        session.snapshot(|session| load_branch(session, relation.start(false), &parents, fetch.needs_indexes()))
    })?;
    Ok(rows.into_iter().zip(states).map(|(row, state)| row.attach(state)).collect())
}

/// As [`prefetch`], for a single row.
///
/// # Errors
///
/// As [`prefetch`].
pub fn prefetch_one<Row, M, R, How, Out>(on: &impl Executor, row: Row, relation: R) -> Result<Out>
where
    M: Mapped,
    R: RelationOf<M>,
    R::Loads: Prefetch,
    Row: RowOf<M, How> + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
{
    let mut rows = prefetch(on, vec![row], relation)?;
    rows.pop().ok_or_else(|| Error::not_found(M::TABLE))
}

/// A row that is a model, or holds one with some of its relations. `How` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of `{M}`",
    label = "not a row of `{M}`",
    note = "prefetch a relation of the model that the rows are of"
)]
pub trait RowOf<M, How> {
    /// The model's own row.
    #[doc(hidden)]
    fn model(&self) -> &M;
}

/// The row is the model.
#[derive(Debug)]
pub struct Itself;

/// The row holds the model.
#[derive(Debug)]
pub struct Derefs;

impl<M: Mapped> RowOf<M, Itself> for M {
    fn model(&self) -> &M {
        self
    }
}

impl<M: Mapped, Row: Deref<Target = M>> RowOf<M, Derefs> for Row {
    fn model(&self) -> &M {
        self
    }
}

/// Rows in memory as parents.
struct InMemory<'r, Row, M, How> {
    rows: &'r [Row],
    types: PhantomData<fn() -> (M, How)>,
}

impl<M: Mapped, Row: RowOf<M, How>, How> Parents for InMemory<'_, Row, M, How> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn keys(&self, columns: &[usize]) -> Result<ParentKeys> {
        collect(self.rows.iter().map(RowOf::model), columns)
    }

    fn describe(&self, parent: usize) -> String {
        self.rows.get(parent).map_or_else(String::new, |row| describe(row.model()))
    }
}
