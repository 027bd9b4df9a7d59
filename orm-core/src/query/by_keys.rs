//! Many rows by their primary keys, in one statement.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::{Query, load_branch};
use crate::access::Access;
use crate::db::{Executor, Session};
use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::prefetch::{Found, GivenKeys, LoadingByKey, Parents, RelationRows, by_key};

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// The rows with these primary keys, in the order of the keys, with the relations asked for. A key that is given again is
    /// passed over. No key sends nothing.
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
    /// [`is_not_found`](Error::is_not_found) when a row does not exist, or is not among those that the query returns;
    /// [`by_keys`](Query::by_keys) returns the rows that are there. [`is_invalid`](Error::is_invalid) for a query with a limit or
    /// an offset. Else as [`all`](Query::all).
    #[doc(alias = "in_bulk")]
    pub fn find_many<K: Borrow<M::Key>>(
        &self,
        on: &impl Executor,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Vec<Row>> {
        let keys: Vec<K> = keys.into_iter().collect();
        let mut rows = Vec::with_capacity(keys.len());
        for found in self.found(on, &keys)? {
            match found {
                Found::Row(row) => rows.push(row),
                Found::Nothing => return Err(Error::not_found(M::TABLE)),
                Found::Again => {}
            }
        }
        Ok(rows)
    }

    /// The rows with these primary keys, each by its key, with the relations asked for. A key without a row has no entry. No key
    /// sends nothing.
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
    /// [`is_invalid`](Error::is_invalid) for a query with a limit or an offset. Else as [`all`](Query::all).
    #[doc(alias = "in_bulk")]
    pub fn by_keys<K: Borrow<M::Key>>(
        &self,
        on: &impl Executor,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<HashMap<M::Key, Row>>
    where
        M::Key: Clone + Eq + Hash,
    {
        let keys: Vec<K> = keys.into_iter().collect();
        let found = self.found(on, &keys)?;
        let row_of = |(key, found): (K, Found<Row>)| match found {
            Found::Row(row) => Some((key.borrow().clone(), row)),
            Found::Nothing | Found::Again => None,
        };
        Ok(keys.into_iter().zip(found).filter_map(row_of).collect())
    }

    /// What there is for each key.
    fn found<K: Borrow<M::Key>>(&self, on: &impl Executor, keys: &[K]) -> Result<Vec<Found<Row>>> {
        self.check()?;
        if self.draft.select.is_limited() {
            return Err(Error::invalid("rows are found by all of the keys given; leave out `limit` and `offset`"));
        }
        let parents = GivenKeys::of::<M>(keys.iter().map(Borrow::borrow))?;
        if parents.count() == 0 {
            return Ok(Vec::new());
        }
        let mut fetched = RelationRows { draft: self.draft.clone(), relation: by_key::<M>(), joined: false };
        fetched.draft.select.order.clear();
        let is_alone = fetched.draft.below.is_empty();
        let loading = Box::new(LoadingByKey::new(&fetched, &*self.loader));
        let load = |session: &mut Session<'_>| load_branch(session, loading, &parents, fetched.needs_indexes());
        on.run(Access::Read, |session| if is_alone { load(session) } else { session.snapshot(load) })
    }
}
