//! Nested inserts: rows together with rows that belong to them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{Insertable, insert_pairs, insert_rows};
use crate::access::Access;
use crate::db::{On, Performs, Run, Session, write};
use crate::error::{Error, Result};
use crate::loaded::{All, At, Attach, Kind, RowPool};
use crate::mapped::Mapped;
use crate::relation::Relation;
use crate::schema::{RelationDef, RelationKind};
use crate::value::Value;

/// What can be inserted: the `New…` struct of a model, with or without nested rows.
///
/// [`with`](Insert::with) and [`then`](Insert::then) nest new rows. They are inserted in one transaction, each after
/// the rows that it refers to, with one statement for the rows of each relation, for any number of rows, and one for
/// the links of a many-to-many relation. The returned rows hold the relations as if they had been prefetched.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// use orm::Insert;
///
/// let maths: DepartmentLoaded<Many<Course>> = NewDepartment { name: "Mathematics".into() }
///     .with(Department::courses(), |maths| [NewCourse { title: "Algebra".into(), department_id: maths.id }])
///     .insert(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// This is a trait because nested rows have a different type each time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted",
    label = "not a new row",
    note = "write the `New…` struct of a model: `NewStudent {{ name: \"Ada\".into() }}`",
    note = "a row of a model keeps its key: insert it with `row.insert(&db)`, and many of them in one transaction"
)]
pub trait Insert: Sized {
    /// The model of the row.
    type Model: Mapped;

    /// The returned row: the model, or its `…Loaded` struct.
    type Row;

    /// Inserts the rows of one level, and the rows nested in them.
    #[doc(hidden)]
    fn insert_level(new: Vec<Self>, session: &mut Session<'_>) -> Result<Vec<Self::Row>>;

    /// Returns the model's own row.
    #[doc(hidden)]
    fn model(row: &Self::Row) -> &Self::Model;

    /// Nests rows of a relation, which are inserted after this one.
    #[doc(alias = "nested_attributes")]
    #[doc(alias = "connect")]
    #[doc(alias = "create")]
    ///
    /// The function makes them from this row as it was inserted, with its generated key. Rows of a `has_one` or
    /// `has_many` relation get this key as their foreign key; rows of a many-to-many relation do not need it, because
    /// they are linked.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let grace = student("Grace", "Hopper")
    ///     .with(Student::courses(), |_| [NewCourse { title: "Compilers".into(), department_id: 1 }])
    ///     .insert(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    fn with<R, F, I>(self, relation: R, rows: F) -> With<Self, R, F, I>
    where
        R: WholeRelationOf<Self::Model>,
        F: FnOnce(&Self::Model) -> I,
        I: IntoIterator<Item: NewRowOf<R::Target>>,
    {
        With { new: self, relation, rows, types: PhantomData }
    }

    /// Inserts this row first, and then a row that refers to it by a `belongs_to` relation. Returns the second row,
    /// which holds the first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let grace = NewDepartment { name: "Physics".into() }
    ///     .then(Student::department(), |physics| NewStudent { department_id: Some(physics.id), ..student("Grace", "Hopper") })
    ///     .insert(&db)?;
    /// assert_eq!(grace.department().as_ref().unwrap().name, "Physics");
    /// # Ok(())
    /// # }
    /// ```
    fn then<R, F, N>(self, relation: R, row: F) -> Then<Self, R, F, N>
    where
        N: Insert,
        R: WholeRelationOf<N::Model, Target = Self::Model>,
        F: FnOnce(&Self::Model) -> N,
    {
        Then { new: self, relation, row, types: PhantomData }
    }

    /// Inserts everything or nothing, and returns the row as stored, with the relations that were inserted.
    ///
    /// # Errors
    ///
    /// Returns an error if a constraint is violated, and one that [`is_invalid`](Error::is_invalid) if a row does not
    /// refer to its parent, or if the relation starts at the other model. Then nothing is inserted.
    #[track_caller]
    fn insert<Mode: Performs<Self, Self::Row>>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, Self::Row> {
        write(on, self, |new, on| insert_all(vec![new], on)?.pop().ok_or_else(|| Error::not_found(Self::Model::TABLE)))
    }
}

/// Inserts any number of rows in one transaction and returns them as stored, in the same order (bulk insert).
#[doc(alias = "bulk_create")]
#[doc(alias = "create_many")]
#[doc(alias = "insert_all")]
///
/// They are sent in as few statements as the database's limits allow; without rows, nothing is sent. They may have
/// [nested rows](Insert).
///
/// These are `New…` structs, whose keys the database generates. A row of a model keeps its key: insert it with
/// [`row.insert(&db)`](crate::model::Model::insert), and many of them in one transaction.
///
/// SQL: `INSERT INTO "students" (…) VALUES (…), (…), … RETURNING …`
///
/// # Errors
///
/// Returns the same errors as [`Insert::insert`]; then no row is inserted.
#[track_caller]
pub fn insert_many<N: Insert, Mode: Performs<Vec<N>, Vec<N::Row>>>(
    on: &impl Run<Mode = Mode>,
    new: impl IntoIterator<Item = N>,
) -> Mode::Outcome<'_, Vec<N::Row>> {
    write(on, new.into_iter().collect(), insert_all)
}

fn insert_all<N: Insert>(new: Vec<N>, on: On<'_>) -> Result<Vec<N::Row>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    on.run(Access::Write, |session| session.atomic(|session| N::insert_level(new, session)))
}

#[diagnostic::do_not_recommend]
impl<N: Insertable> Insert for N {
    type Model = N::Model;
    type Row = N::Model;

    fn insert_level(new: Vec<Self>, session: &mut Session<'_>) -> Result<Vec<N::Model>> {
        insert_rows(session, &new)
    }

    fn model(row: &N::Model) -> &N::Model {
        row
    }
}

/// A relation of the model `M`, unfiltered, to which new rows are written.
///
/// This is a trait so that new rows of a filtered relation do not compile.
#[diagnostic::on_unimplemented(
    message = "new rows of `{M}` cannot be inserted along `{Self}`",
    label = "not a whole relation of `{M}`",
    note = "write a relation of `{M}`, as in `Department::courses()`, without filters and limits"
)]
pub trait WholeRelationOf<M> {
    /// The model that it leads to.
    type Target: Mapped;
}

#[diagnostic::do_not_recommend]
impl<P, C: Mapped, K, const AT: usize> WholeRelationOf<P> for Relation<P, C, K, AT> {
    type Target = C;
}

/// A new row of the model `M`.
///
/// This is a trait besides [`Insert`], so that the compiler's message contains the model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row of `{M}`",
    label = "a relation to `{M}` has rows of `{M}`",
    note = "pass the `New…` struct of `{M}`, with or without nested rows"
)]
pub trait NewRowOf<M>: Insert<Model = M> {}

#[diagnostic::do_not_recommend]
impl<M, N: Insert<Model = M>> NewRowOf<M> for N {}

/// A new row with rows of a relation: the result of [`Insert::with`].
#[must_use = "nothing is inserted before `.insert(&db)`"]
pub struct With<N, R, F, I> {
    new: N,
    relation: R,
    rows: F,
    types: PhantomData<fn() -> I>,
}

#[diagnostic::do_not_recommend]
impl<N, P, C, K, const AT: usize, F, I, New> Insert for With<N, Relation<P, C, K, AT>, F, I>
where
    N: Insert<Model = P, Row: Attach<At<P, AT>, K::State<New::Row, All>, Out: Deref<Target = P>>>,
    P: Mapped,
    C: Mapped,
    K: Kind,
    F: FnOnce(&P) -> I,
    I: IntoIterator<Item = New>,
    New: Insert<Model = C>,
{
    type Model = P;
    type Row = <N::Row as Attach<At<P, AT>, K::State<New::Row, All>>>::Out;

    fn insert_level(new: Vec<Self>, session: &mut Session<'_>) -> Result<Vec<Self::Row>> {
        let Some(relation) = new.first().map(|with| with.relation.unordered()) else { return Ok(Vec::new()) };
        let relation = relation?;
        check_with(relation)?;
        let (parents, makers): (Vec<N>, Vec<F>) = new.into_iter().map(|with| (with.new, with.rows)).unzip();
        let parents = N::insert_level(parents, session)?;

        let mut children = Vec::new();
        let mut ends = Vec::with_capacity(parents.len());
        for (parent, make) in parents.iter().zip(makers) {
            children.extend(make(N::model(parent)));
            ends.push(position(relation, children.len())?);
        }
        let children = New::insert_level(children, session)?;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let ranges: Vec<(u32, u32)> = starts.zip(ends.iter().copied()).collect();

        let mut links = Vec::new();
        for (parent, &(start, end)) in parents.iter().zip(&ranges) {
            for child in &children[start as usize..end as usize] {
                belong(relation, N::model(parent), New::model(child), &mut links)?;
            }
        }
        if let Some(through) = &relation.through {
            insert_pairs(session, relation, through, &links)?;
        }

        let pool = RowPool::new(children, Vec::new());
        let attach = |(parent, range): (N::Row, (u32, u32))| {
            let several = || Error::more_than_one_related(relation, format!("a new `{}`", P::TABLE.model));
            Ok(parent.attach(K::state(&pool, range, several)?))
        };
        parents.into_iter().zip(ranges).map(attach).collect()
    }

    fn model(row: &Self::Row) -> &P {
        row
    }
}

/// A new row, and a row that refers to it: the result of [`Insert::then`].
#[must_use = "nothing is inserted before `.insert(&db)`"]
pub struct Then<N, R, F, C> {
    new: N,
    relation: R,
    row: F,
    types: PhantomData<fn() -> C>,
}

#[diagnostic::do_not_recommend]
impl<N, P, C, K, const AT: usize, F, New> Insert for Then<N, Relation<C, P, K, AT>, F, New>
where
    N: Insert<Model = P>,
    P: Mapped,
    C: Mapped,
    K: Kind,
    F: FnOnce(&P) -> New,
    New: Insert<Model = C, Row: Attach<At<C, AT>, K::State<N::Row, All>, Out: Deref<Target = C>>>,
{
    type Model = C;
    type Row = <New::Row as Attach<At<C, AT>, K::State<N::Row, All>>>::Out;

    fn insert_level(new: Vec<Self>, session: &mut Session<'_>) -> Result<Vec<Self::Row>> {
        let Some(relation) = new.first().map(|then| then.relation.unordered()) else { return Ok(Vec::new()) };
        let relation = relation?;
        check_then(relation)?;
        let (owners, makers): (Vec<N>, Vec<F>) = new.into_iter().map(|then| (then.new, then.row)).unzip();
        let owners = N::insert_level(owners, session)?;
        let rows = owners.iter().zip(makers).map(|(owner, make)| make(N::model(owner))).collect();
        let rows = New::insert_level(rows, session)?;
        for (owner, row) in owners.iter().zip(&rows) {
            refers(relation, (New::model(row), relation.from_columns), (N::model(owner), relation.to_columns))?;
        }
        let count = position(relation, owners.len())?;
        let pool = RowPool::new(owners, Vec::new());
        let attach = |(row, at): (New::Row, u32)| {
            let none = || Error::missing_related(relation, format!("a new `{}`", C::TABLE.model));
            Ok(row.attach(K::state(&pool, (at, at + 1), none)?))
        };
        rows.into_iter().zip(0..count).map(attach).collect()
    }

    fn model(row: &Self::Row) -> &C {
        row
    }
}

/// Rows of these relations are inserted after their parent.
fn check_with(relation: &'static RelationDef) -> Result<()> {
    let path = relation.path();
    match (relation.kind, &relation.through) {
        (RelationKind::BelongsTo, _) => Err(Error::invalid(format!(
            "`{path}` leads to a row that is inserted first; begin with that row, and write `.then({path}(), ..)`",
            path = path.replace('.', "::")
        ))),
        (RelationKind::HasMany | RelationKind::HasOne, Some(_)) => Err(Error::invalid(format!(
            "`{path}` leads through a model in between, so it cannot be written; write rows of that model"
        ))),
        _ => Ok(()),
    }
}

/// Rows that these relations lead to are inserted before the row that refers to them.
fn check_then(relation: &'static RelationDef) -> Result<()> {
    if relation.kind == RelationKind::BelongsTo {
        return Ok(());
    }
    let path = relation.path().replace('.', "::");
    Err(Error::invalid(format!(
        "`{path}` leads to rows that are inserted afterwards; begin with the other row, and write `.with({path}(), ..)`"
    )))
}

/// Checks that the new row refers to its parent, or notes the link between them.
fn belong<P: Mapped, C: Mapped>(
    relation: &'static RelationDef,
    parent: &P,
    child: &C,
    links: &mut Vec<Value<'static>>,
) -> Result<()> {
    if relation.through.is_some() {
        for &column in relation.from_columns {
            links.push(parent.encode(column)?.into_owned());
        }
        for &column in relation.to_columns {
            links.push(child.encode(column)?.into_owned());
        }
        return Ok(());
    }
    if let Some((column, tag)) = relation.tag
        && child.encode(column)? != Value::Text(tag.into())
    {
        let (model, field) = (C::TABLE.model, C::TABLE.columns[column].field);
        return Err(Error::invalid(format!(
            "`{}`: a new `{model}` has another tag in `{field}`; give it \"{tag}\"",
            relation.path()
        )));
    }
    refers(relation, (child, relation.to_columns), (parent, relation.from_columns))
}

/// Checks that the columns of one row contain the key of another.
fn refers<A: Mapped, B: Mapped>(
    relation: &'static RelationDef,
    (row, foreign): (&A, &[usize]),
    (owner, key): (&B, &[usize]),
) -> Result<()> {
    for (&foreign, &key) in foreign.iter().zip(key) {
        if row.encode(foreign)? != owner.encode(key)? {
            let (model, field) = (A::TABLE.model, A::TABLE.columns[foreign].field);
            let (owner, key) = (B::TABLE.model, B::TABLE.columns[key].field);
            return Err(Error::invalid(format!(
                "`{}`: a new `{model}` refers to another row than its `{owner}`; \
                 give `{field}` the `{key}` of the row that the function receives",
                relation.path()
            )));
        }
    }
    Ok(())
}

fn position(relation: &'static RelationDef, rows: usize) -> Result<u32> {
    u32::try_from(rows).map_err(|_| Error::too_many_rows(relation))
}

impl<N: fmt::Debug, R: fmt::Debug, F, I> fmt::Debug for With<N, R, F, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} with {:?}", self.new, self.relation)
    }
}

impl<N: fmt::Debug, R: fmt::Debug, F, C> fmt::Debug for Then<N, R, F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} then {:?}", self.new, self.relation)
    }
}
