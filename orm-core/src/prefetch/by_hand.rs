//! Relations and values that a program puts into rows, and takes out of them.

use super::{Place, Prefetch, RelationOf};
use crate::loaded::{Attach, Get, IsLoaded, Loaded, LoadedRow, Put, Read, Wrap};

/// Puts related rows into a row, without a database: the resulting row has the type that a query which prefetches the
/// relation returns.
///
/// Use it to test functions of loaded rows. For a to-many relation pass a `Vec` or an array of rows, for a to-one
/// relation the row itself, and for an optional to-one relation `Some(One::from(row))` or `None`. A row with its link
/// is [`Linked::new`](crate::loaded::Linked::new). Prefetches and filters within the relation are part of its type, as
/// in a query. A value needs its name: `attach(row, Student::courses().count().named(Count), 2_u64)`.
///
/// Keys are not compared: the function trusts that the rows belong to the relation.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// fn titles(student: &StudentLoaded<Many<Course>>) -> Vec<&str> {
///     student.courses().iter().map(|course| course.title.as_str()).collect()
/// }
///
/// let ada = Student {
///     id: 1,
///     email: "ada@example.org".into(),
///     first_name: "Ada".into(),
///     last_name: "Lovelace".into(),
///     age: 20,
///     department_id: None,
/// };
/// let algebra = Course { id: 7, title: "Algebra".into(), department_id: 1 };
/// let ada = orm::attach(ada, Student::courses(), [algebra]);
/// assert_eq!(titles(&ada), ["Algebra"]);
/// # Ok(())
/// # }
/// ```
pub fn attach<Row, R, Out>(row: Row, relation: R, state: impl Into<<R::Loads as Prefetch>::State>) -> Out
where
    Row: LoadedRow + Attach<R::Slot, <R::Loads as Prefetch>::State, Out = Out>,
    R: RelationOf<<Row as LoadedRow>::Model>,
    R::Loads: Prefetch,
    R::Slot: Place<R>,
{
    drop(relation);
    row.attach(state.into())
}

/// Takes a loaded relation out of a row: returns the row without the relation, and the [`Many`](crate::loaded::Many),
/// [`One`](crate::loaded::One), `Option<One>` or [`Tree`](crate::loaded::Tree) that it held; after
/// [`prefetch_if`](crate::query::Query::prefetch_if) an `Option` of it. Nothing is cloned.
///
/// The row's `into_inner` returns the plain model. [`Many::into_vecs`](crate::loaded::Many::into_vecs) and
/// [`One::try_unwrap`](crate::loaded::One::try_unwrap) return the related rows by value. Name only the relation:
/// filters and prefetches within it are ignored.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let ada = Student::query().prefetch(Student::courses()).first(&db)?.unwrap();
/// let (ada, courses) = orm::detach(ada, Student::courses());
/// let ada: Student = ada.into_inner();
/// let courses: Vec<Course> = courses.into_vec();
/// # Ok(())
/// # }
/// ```
pub fn detach<Row, R, States, Named, Held, Whole>(
    row: Row,
    relation: R,
) -> (<Row::Model as Wrap<States, Named>>::Row, Read<Held, Whole>)
where
    Row: LoadedRow<Model: Wrap<States, Named>>,
    R: RelationOf<Row::Model>,
    R::Loads: Prefetch<State = Whole>,
    R::Slot: Put<States, Named, Held, States = Row::States, Named = Row::Named>,
    Held: IsLoaded,
{
    drop(relation);
    let (loaded, held) = R::Slot::take(row.into_loaded());
    (Row::Model::wrap(loaded), held.into_read())
}

/// Takes a named value out of a row: returns the row without it, and the value.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// struct Number;
///
/// let query = Student::query().prefetch(Student::courses().count().named(Number));
/// let (ada, number) = orm::detach_named(query.first(&db)?.unwrap(), Number);
/// let (ada, number): (Student, u64) = (ada.into_inner(), number);
/// # Ok(())
/// # }
/// ```
pub fn detach_named<Row, Name, At, Value, Others>(
    row: Row,
    name: Name,
) -> (<Row::Model as Wrap<Row::States, Others>>::Row, Value)
where
    Row: LoadedRow<Model: Wrap<Row::States, Others>>,
    Row::Named: Get<Name, At, Value, Without = Others>,
{
    drop(name);
    let Loaded { row, states, named } = row.into_loaded();
    let (value, named) = named.take();
    (Row::Model::wrap(Loaded { row, states, named }), value)
}
