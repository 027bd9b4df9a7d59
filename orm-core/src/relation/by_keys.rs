//! Loading a relation by primary keys of parents, without the parents.

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
    /// Returns the related rows of parents with these primary keys, as a map by key: what a GraphQL data loader needs.
    #[doc(alias = "dataloader")]
    ///
    /// It sends one statement, and one for each nested prefetch; an empty list sends none. The parents are not read, so
    /// each key has an entry, which is an empty [`Many`] or `None` if it leads to no row. For a relation that starts at
    /// other columns than the primary key, such as a `belongs_to`, one more statement reads the parents, and a key
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
    /// Returns the same errors as [`Query::all`](crate::query::Query::all).
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
    /// Returns the values for parents with these primary keys, as a map by key, as [`Relation::by_keys`] does.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Query::all`](crate::query::Query::all).
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

/// What is loaded for rows of `P`, by their primary keys.
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

/// The existing rows with some keys, and their keys.
fn found<P: Mapped, Q>(session: &mut Session<'_>, keys: Vec<Q>, given: &GivenKeys) -> Result<(Vec<Q>, Vec<P>)> {
    let rows = RelationRows::new(by_key::<P>(), Select::new(P::TABLE));
    let found = load_branch(session, Box::new(LoadingByKey::new(&rows, &Plain)), given, rows.needs_indexes())?;
    let row_of = |(key, found)| if let Found::Row(row) = found { Some((key, row)) } else { None };
    Ok(keys.into_iter().zip(found).filter_map(row_of).unzip())
}
