//! Relations and values that the program puts into rows, and takes out of them.

use super::{Place, Prefetch, RelationOf};
use crate::loaded::{Attach, Get, IsLoaded, Loaded, LoadedRow, Put, Read, Wrap};

/// Puts what a relation leads to into a row, without a database: the row has the type that a query which prefetches the relation
/// returns.
///
/// Use it to test functions of loaded rows. A to-many relation takes a `Vec` or an array of rows, a relation to one row the row
/// itself, and one to a row that may be missing `Some(One::from(row))` or `None`. A row with its link is
/// [`Linked::new`](crate::loaded::Linked::new). What the relation's rows hold is part of the relation, as in a query, and so are
/// filters. A value needs its name: `attach(row, Student::courses().count().named(Count), 2_u64)`.
///
/// Keys are not compared: the rows are taken as those that the relation leads to.
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

/// Takes what a relation loaded out of a row: returns the row without the relation, and the [`Many`](crate::loaded::Many),
/// [`One`](crate::loaded::One), `Option<One>` or [`Tree`](crate::loaded::Tree) that it held; after
/// [`prefetch_if`](crate::query::Query::prefetch_if) an `Option` of it. Nothing is cloned.
///
/// The row's `into_inner` is the plain model. [`Many::into_vecs`](crate::loaded::Many::into_vecs) and
/// [`One::try_unwrap`](crate::loaded::One::try_unwrap) give the related rows by value. Name the relation alone: its filters and what
/// its rows hold play no part.
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

/// Takes what was loaded under a name out of a row: returns the row without it, and the value.
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
