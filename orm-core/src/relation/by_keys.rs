//! What relations lead to from primary keys alone, without the rows that have them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::{Aggregate, Relation};
use crate::access::Access;
use crate::ast::Select;
use crate::db::{On, Performs, Run, Session, read};
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
    #[track_caller]
    pub fn by_keys<'e, Q: Borrow<P::Key>, Mode: Performs<Keyed<P, Self>, ByKey<P, K::State<Row, E>>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = Q>,
    ) -> Mode::Outcome<'e, ByKey<P, K::State<Row, E>>>
    where
        P::Key: Clone + Eq + Hash,
    {
        read(on, Keyed::of(self, self.def().from_columns, keys), Keyed::load)
    }
}

impl<P: Mapped, T: ColumnType + Clone> Aggregate<P, T> {
    /// The values for parents with these primary keys, by key, as [`Relation::by_keys`].
    ///
    /// # Errors
    ///
    /// As [`Query::all`](crate::query::Query::all).
    #[track_caller]
    pub fn by_keys<'e, Q: Borrow<P::Key>, Mode: Performs<Keyed<P, Self>, ByKey<P, T>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = Q>,
    ) -> Mode::Outcome<'e, ByKey<P, T>>
    where
        P::Key: Clone + Eq + Hash,
    {
        read(on, Keyed::of(self, self.def().from_columns, keys), Keyed::load)
    }
}

/// What belongs to rows of `P`, by their primary keys.
type ByKey<P, T> = HashMap<<P as Mapped>::Key, T>;

/// What is loaded for each of some keys of `P`.
pub struct Keyed<P: Mapped, R> {
    relation: R,
    starts_at: &'static [usize],
    keys: Vec<P::Key>,
    given: Result<GivenKeys>,
}

impl<P: Mapped<Key: Clone + Eq + Hash>, R: Prefetch + Clone> Keyed<P, R> {
    /// What a relation that starts at these columns loads for the keys.
    fn of<Q: Borrow<P::Key>>(relation: &R, starts_at: &'static [usize], keys: impl IntoIterator<Item = Q>) -> Self {
        let keys: Vec<P::Key> = keys.into_iter().map(|key| key.borrow().clone()).collect();
        Keyed { relation: relation.clone(), starts_at, given: GivenKeys::of::<P>(keys.iter()), keys }
    }

    fn load(self, on: On<'_>) -> Result<ByKey<P, R::State>> {
        let Keyed { relation, starts_at, keys, given } = self;
        let fetch = relation.fetch();
        fetch.error().cloned().map_or(Ok(()), Err)?;
        let given = given?;
        if given.count() == 0 {
            return Ok(HashMap::new());
        }
        let load = |session: &mut Session<'_>, parents: &dyn Parents| {
            load_branch(session, relation.start(false), parents, fetch.needs_indexes())
        };
        let (keys, states) = on.run(Access::Read, |session| {
            session.snapshot(|session| {
                if starts_at == P::PRIMARY_KEY {
                    return Ok((keys, load(session, &given)?));
                }
                let (keys, parents): (_, Vec<P>) = found(session, keys, &given)?;
                let states = load(session, &Slice(&parents))?;
                Ok((keys, states))
            })
        })?;
        Ok(keys.into_iter().zip(states).collect())
    }
}

/// The rows with some keys, and the keys that have one.
fn found<P: Mapped, Q>(session: &mut Session<'_>, keys: Vec<Q>, given: &GivenKeys) -> Result<(Vec<Q>, Vec<P>)> {
    let rows = RelationRows::new(by_key::<P>(), Select::new(P::TABLE));
    let found = load_branch(session, Box::new(LoadingByKey::new(&rows, &Plain)), given, rows.needs_indexes())?;
    let row_of = |(key, found)| if let Found::Row(row) = found { Some((key, row)) } else { None };
    Ok(keys.into_iter().zip(found).filter_map(row_of).unzip())
}
