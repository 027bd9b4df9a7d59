//! Many rows by their primary keys, in one statement.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::{Query, load_branch};
use crate::access::Access;
use crate::db::{On, Performs, Run, Session, read};
use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::prefetch::{Found, GivenKeys, LoadingByKey, Parents, RelationRows, by_key};

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Returns the rows with these primary keys, in the order of the keys, with their prefetched relations. Duplicate
    /// keys are ignored. An empty list sends no statement.
    #[doc(alias = "find_by_ids")]
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let courses: Vec<Course> = Course::query().find_many(&db, [2, 1])?;
    /// assert_eq!(courses[0].id, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](Error::is_not_found) if a row does not exist, or the query does not
    /// return it; [`by_keys`](Query::by_keys) returns the rows that exist. Returns one that
    /// [`is_invalid`](Error::is_invalid) for a query with a limit or an offset, and the same errors as
    /// [`all`](Query::all).
    #[doc(alias = "in_bulk")]
    #[track_caller]
    pub fn find_many<'e, K: Borrow<M::Key>, Mode: Performs<Keyed<Self>, Vec<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = K>,
    ) -> Mode::Outcome<'e, Vec<Row>> {
        read(on, self.keyed(keys), |keyed, on| {
            let found = keyed.found(on)?;
            let mut rows = Vec::with_capacity(found.len());
            for found in found {
                match found {
                    Found::Row(row) => rows.push(row),
                    Found::Nothing => return Err(Error::not_found(M::TABLE)),
                    Found::Again => {}
                }
            }
            Ok(rows)
        })
    }

    /// Returns the rows with these primary keys as a map by key, with their prefetched relations. A key without a row
    /// has no entry. An empty list sends no statement.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let courses = Course::query().by_keys(&db, [2, 1, 17])?;
    /// assert_eq!(courses[&1].title, "Algebra");
    /// assert!(!courses.contains_key(&17));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](Error::is_invalid) for a query with a limit or an offset, and the same
    /// errors as [`all`](Query::all).
    #[doc(alias = "in_bulk")]
    #[track_caller]
    pub fn by_keys<'e, K: Borrow<M::Key>, Mode: Performs<(Vec<M::Key>, Keyed<Self>), HashMap<M::Key, Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = K>,
    ) -> Mode::Outcome<'e, HashMap<M::Key, Row>>
    where
        M::Key: Clone + Eq + Hash,
    {
        let keys: Vec<M::Key> = keys.into_iter().map(|key| key.borrow().clone()).collect();
        let keyed = self.keyed(&keys);
        read(on, (keys, keyed), |(keys, keyed), on| {
            let row_of = |(key, found)| match found {
                Found::Row(row) => Some((key, row)),
                Found::Nothing | Found::Again => None,
            };
            Ok(keys.into_iter().zip(keyed.found(on)?).filter_map(row_of).collect())
        })
    }

    fn keyed<K: Borrow<M::Key>>(&self, keys: impl IntoIterator<Item = K>) -> Keyed<Self> {
        let keys: Vec<K> = keys.into_iter().collect();
        Keyed { query: self.clone(), keys: GivenKeys::of::<M>(keys.iter().map(Borrow::borrow)) }
    }
}

/// A query of the rows with some keys.
pub struct Keyed<Q> {
    query: Q,
    keys: Result<GivenKeys>,
}

impl<M: Mapped, Row, B: Record<Model = M>> Keyed<Query<M, Row, B>> {
    /// The row of each key.
    fn found(self, on: On<'_>) -> Result<Vec<Found<Row>>> {
        let Query { draft, loader, .. } = self.query;
        draft.check()?;
        if draft.select.is_limited() {
            return Err(Error::invalid("`find_many` returns the rows of all keys; leave out `limit` and `offset`"));
        }
        let parents = self.keys?;
        if parents.count() == 0 {
            return Ok(Vec::new());
        }
        let mut fetched = RelationRows { draft, relation: by_key::<M>(), joined: false };
        fetched.draft.select.order.clear();
        let is_alone = fetched.draft.below.is_empty();
        let loading = Box::new(LoadingByKey::new(&fetched, &*loader));
        let load = |session: &mut Session<'_>| load_branch(session, loading, &parents, fetched.needs_indexes());
        on.run(Access::Read, |session| if is_alone { load(session) } else { session.snapshot(load) })
    }
}
