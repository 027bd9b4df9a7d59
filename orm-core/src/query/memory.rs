//! Prefetching for rows that are already in memory.

use super::load_branch;
use crate::access::Access;
use crate::ast::CallSite;
use crate::db::{On, Performs, Run, read};
use crate::error::{Error, Result};
use crate::loaded::{Attach, Loaded, LoadedRow};
use crate::mapped::Mapped;
use crate::observe::{Instead, OneRow};
use crate::prefetch::{Fetch, ParentKeys, Parents, Place, Prefetch, RelationOf, collect, describe};

/// Loads a relation for rows that are in memory: one statement, for any number of rows.
///
/// The rows may come from any source, and may already hold other relations, which are kept and not loaded again. An
/// empty list sends no statement. The rows are returned in the same order.
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
/// Returns the same errors as [`Query::all`](crate::query::Query::all).
#[doc(alias = "prefetch_related_objects")]
#[doc(alias = "preload")]
#[track_caller]
pub fn prefetch<Row, R, Out, Mode>(
    on: &impl Run<Mode = Mode>,
    rows: Vec<Row>,
    relation: R,
) -> Mode::Outcome<'_, Vec<Out>>
where
    Row: LoadedRow<Model: Mapped> + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
    R: RelationOf<<Row as LoadedRow>::Model>,
    R::Loads: Prefetch,
    R::Slot: Place<R>,
    Mode: Performs<(Vec<Row>, R::Loads), Vec<Out>>,
{
    read(on, (rows, relation.loads()), |(rows, relation), on| load_onto::<Row, R, Out>(on, rows, &relation))
}

fn load_onto<Row, R, Out>(on: On<'_>, rows: Vec<Row>, relation: &R::Loads) -> Result<Vec<Out>>
where
    Row: LoadedRow<Model: Mapped> + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
    R: RelationOf<<Row as LoadedRow>::Model, Loads: Prefetch>,
    R::Slot: Place<R>,
{
    let fetch = relation.fetch();
    fetch.error().cloned().map_or(Ok(()), Err)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let row = if rows.len() == 1 { of_one_row(on.caller(), &fetch) } else { OneRow::default() };
    let rows: Vec<_> = rows.into_iter().map(Row::into_loaded).collect();
    let parents = InMemory(&rows);
    let states = on.run(Access::Read, |session| {
        session.reads(row);
        session.snapshot(|session| load_branch(session, relation.start(false), &parents, fetch.needs_indexes()))
    })?;
    Ok(rows.into_iter().zip(states).map(|(row, state)| Row::attach_to(row, state)).collect())
}

/// Does the same as [`prefetch`], for a single row.
///
/// # Errors
///
/// Returns the same errors as [`prefetch`].
#[track_caller]
pub fn prefetch_one<Row, R, Out, Mode>(on: &impl Run<Mode = Mode>, row: Row, relation: R) -> Mode::Outcome<'_, Out>
where
    Row: LoadedRow<Model: Mapped> + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
    R: RelationOf<<Row as LoadedRow>::Model>,
    R::Loads: Prefetch,
    R::Slot: Place<R>,
    Mode: Performs<(Row, R::Loads), Out>,
{
    read(on, (row, relation.loads()), |(row, relation), on| {
        let mut rows = load_onto::<Row, R, Out>(on, vec![row], &relation)?;
        rows.pop().ok_or_else(|| Error::not_found(Row::Model::TABLE))
    })
}

/// The read of a relation of one row.
fn of_one_row(place: CallSite, fetch: &Fetch) -> OneRow {
    let (model, relation) = match fetch {
        Fetch::Rows(rows) | Fetch::Tree(rows) | Fetch::Value(rows, _) => {
            ((rows.relation.from)().model, rows.relation.name)
        }
        Fetch::OneOf(relation, _) => ((relation.from)().model, relation.name),
        Fetch::Function => return OneRow::default(),
    };
    OneRow::at(place, Instead::PrefetchTogether { model, relation })
}

/// Rows in memory as parents.
struct InMemory<'r, M, S, N>(&'r [Loaded<M, S, N>]);

impl<M: Mapped, S, N> Parents for InMemory<'_, M, S, N> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn keys(&self, columns: &[usize]) -> Result<ParentKeys> {
        collect(self.0.iter().map(|row| &row.row), columns)
    }

    fn describe(&self, parent: usize) -> String {
        self.0.get(parent).map_or_else(String::new, |row| describe(&row.row))
    }
}
