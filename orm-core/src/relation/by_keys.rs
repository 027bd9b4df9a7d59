//! What relations lead to from primary keys alone, without the rows that have them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::{Aggregate, Relation};
use crate::access::Access;
use crate::ast::Select;
use crate::db::{Executor, Session};
use crate::error::Result;
use crate::loaded::{Extent, Kind, Record};
use crate::mapped::Mapped;
use crate::prefetch::{Found, GivenKeys, LoadingByKey, Parents, Plain, Prefetch, RelationRows, Slice, by_key};
use crate::query::load_branch;
use crate::types::ColumnType;

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row: 'static, E: Extent, B: Record<Model = C>>
    Relation<P, C, K, AT, Row, E, B>
{
    /// What the relation leads to for parents with these primary keys, by key: what a data loader of GraphQL needs.
    ///
    /// One statement, and one for each relation that is prefetched below; no key sends nothing. The parents are not read, so
    /// each key has an entry, and one that leads to no row has an empty [`Many`] or `None`. Only for a relation that starts at
    /// another column than the primary key, as a `belongs_to` does, the parents are read by one statement more, and a key
    /// without a parent has no entry.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let ids = [1, 17];
    /// let courses = Student::courses().by_keys(&db, &ids)?;
    /// assert_eq!(courses[&1][0].title, "Algebra");
    /// assert!(courses[&17].is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Query::all`](crate::query::Query::all).
    ///
    /// [`Many`]: crate::loaded::Many
    pub fn by_keys<Q: Borrow<P::Key>>(
        &self,
        on: &impl Executor,
        keys: impl IntoIterator<Item = Q>,
    ) -> Result<HashMap<P::Key, K::State<Row, E>>>
    where
        P::Key: Clone + Eq + Hash,
    {
        load::<P, _, _>(on, self, self.def().from_columns, keys)
    }
}

impl<P: Mapped, T: ColumnType + Clone> Aggregate<P, T> {
    /// The values for parents with these primary keys, by key, as [`Relation::by_keys`].
    ///
    /// # Errors
    ///
    /// As [`Query::all`](crate::query::Query::all).
    pub fn by_keys<Q: Borrow<P::Key>>(
        &self,
        on: &impl Executor,
        keys: impl IntoIterator<Item = Q>,
    ) -> Result<HashMap<P::Key, T>>
    where
        P::Key: Clone + Eq + Hash,
    {
        load::<P, _, _>(on, self, self.def().from_columns, keys)
    }
}

/// What is loaded for each of some keys, by a relation that starts at these columns.
fn load<P: Mapped, R: Prefetch, Q: Borrow<P::Key>>(
    on: &impl Executor,
    relation: &R,
    starts_at: &[usize],
    keys: impl IntoIterator<Item = Q>,
) -> Result<HashMap<P::Key, R::State>>
where
    P::Key: Clone + Eq + Hash,
{
    let fetch = relation.fetch();
    fetch.error().cloned().map_or(Ok(()), Err)?;
    let keys: Vec<Q> = keys.into_iter().collect();
    let given = GivenKeys::of::<P>(keys.iter().map(Borrow::borrow))?;
    if given.count() == 0 {
        return Ok(HashMap::new());
    }
    let load = |session: &mut Session<'_>, parents: &dyn Parents| {
        load_branch(session, relation.start(false), parents, fetch.needs_indexes())
    };
    let (keys, states): (Vec<Q>, _) = on.run(Access::Read, |session| {
        session.snapshot(|session| {
            if starts_at == P::PRIMARY_KEY {
                return Ok((keys, load(session, &given)?));
            }
            let (keys, parents): (_, Vec<P>) = found(session, keys, &given)?;
            let states = load(session, &Slice(&parents))?;
            Ok((keys, states))
        })
    })?;
    Ok(keys.into_iter().map(|key| key.borrow().clone()).zip(states).collect())
}

/// The rows with some keys, and the keys that have one.
fn found<P: Mapped, Q>(session: &mut Session<'_>, keys: Vec<Q>, given: &GivenKeys) -> Result<(Vec<Q>, Vec<P>)> {
    let rows = RelationRows::new(by_key::<P>(), Select::new(P::TABLE));
    let found = load_branch(session, Box::new(LoadingByKey::new(&rows, &Plain)), given, rows.needs_indexes())?;
    let row_of = |(key, found)| if let Found::Row(row) = found { Some((key, row)) } else { None };
    Ok(keys.into_iter().zip(found).filter_map(row_of).unzip())
}
