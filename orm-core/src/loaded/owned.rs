//! Moving rows out of loaded relations.
//!
//! The rows of a relation are stored together, for all parents. So they can be moved out when the handles of all
//! parents are there, and a row that several parents share is moved to the last of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Many, One, RowPool};

impl<T, Extent> Many<T, Extent> {
    /// Returns the rows by value.
    ///
    /// The rows are moved if no other parent and no clone holds rows of the same query's relation, as with a single
    /// parent; otherwise they are cloned. To move the rows of many parents, pass all of them to
    /// [`into_vecs`](Many::into_vecs).
    #[must_use]
    pub fn into_vec(self) -> Vec<T>
    where
        T: Clone,
    {
        Many::into_vecs([self]).pop().unwrap_or_default()
    }

    /// Returns the rows by value, without cloning any.
    ///
    /// # Errors
    ///
    /// Returns the handle if another parent or a clone holds rows of the same query's relation. Pass the handles of all
    /// parents to [`try_into_vecs`](Many::try_into_vecs).
    pub fn try_into_vec(self) -> Result<Vec<T>, Self> {
        match Many::try_into_vecs([self]) {
            Ok(vecs) => Ok(vecs.into_iter().flatten().collect()),
            Err(handles) => Err(handles.into_iter().next().unwrap_or_default()),
        }
    }

    /// Returns the rows of many parents by value, a `Vec` for each.
    ///
    /// Rows are moved. A row is cloned only if several of the parents share it, or if a handle that is not passed holds
    /// it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let students = Student::query().prefetch(Student::courses()).all(&db)?;
    /// let parts = students.into_iter().map(|student| orm::detach(student, Student::courses()));
    /// let (students, courses): (Vec<_>, Vec<_>) = parts.unzip();
    /// let courses: Vec<Vec<Course>> = Many::into_vecs(courses);
    /// assert_eq!((students.len(), courses[0].len()), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_vecs(of_parents: impl IntoIterator<Item = Self>) -> Vec<Vec<T>>
    where
        T: Clone,
    {
        ByPool::of(of_parents).into_vecs(|handles| Many::owned(handles, T::clone))
    }

    /// Returns the rows of many parents by value, a `Vec` for each, without cloning any.
    ///
    /// # Errors
    ///
    /// Returns the handles if several of the parents share a row, or if a handle that is not passed holds rows of the
    /// same query's relation.
    pub fn try_into_vecs(of_parents: impl IntoIterator<Item = Self>) -> Result<Vec<Vec<T>>, Vec<Self>> {
        let by_pool = ByPool::of(of_parents);
        if !by_pool.handles.iter().all(|handles| hold_their_rows_alone(handles)) {
            return Err(by_pool.into_handles());
        }
        Ok(by_pool.into_vecs(|handles| hand_out(handles, None)))
    }

    /// Returns a `Vec` of rows for each parent of a relation. A row is cloned only if several parents share it.
    pub(crate) fn owned(of_parents: Vec<Self>, clone: fn(&T) -> T) -> Vec<Vec<T>> {
        hand_out(of_parents, Some(clone))
    }
}

fn hand_out<T, Extent>(of_parents: Vec<Many<T, Extent>>, clone: Option<fn(&T) -> T>) -> Vec<Vec<T>> {
    let ranges: Vec<(u32, u32)> = of_parents.iter().map(|many| (many.start, many.end)).collect();
    let pool = of_parents.into_iter().next().map(|many| many.pool);
    let mut rows = HandOut::new(pool, ranges.iter().flat_map(|&(start, end)| start..end), clone);
    ranges.into_iter().map(|(start, end)| (start..end).filter_map(|position| rows.take(position)).collect()).collect()
}

/// Whether nothing else holds rows of these handles' pool, and no two of them hold the same row.
fn hold_their_rows_alone<T, Extent>(handles: &[Many<T, Extent>]) -> bool {
    let Some(Many { pool, .. }) = handles.first() else { return true };
    let mut seen = HashSet::new();
    let mut positions = handles.iter().flat_map(|many| many.start..many.end);
    Arc::strong_count(pool) == handles.len() && positions.all(|position| seen.insert(pool.row_at(position)))
}

/// Handles of several relations, grouped by their pools.
struct ByPool<T, Extent> {
    handles: Vec<Vec<Many<T, Extent>>>,
    /// The pool of each handle, in the order of the handles.
    pools: Vec<usize>,
}

impl<T, Extent> ByPool<T, Extent> {
    fn of(of_parents: impl IntoIterator<Item = Many<T, Extent>>) -> Self {
        let mut handles: Vec<Vec<Many<T, Extent>>> = Vec::new();
        let mut known = HashMap::new();
        let place = |many: Many<T, Extent>| {
            let pool = *known.entry(Arc::as_ptr(&many.pool)).or_insert(handles.len());
            match handles.get_mut(pool) {
                Some(others) => others.push(many),
                None => handles.push(vec![many]),
            }
            pool
        };
        let pools = of_parents.into_iter().map(place).collect();
        ByPool { handles, pools }
    }

    fn into_vecs(self, owned: impl Fn(Vec<Many<T, Extent>>) -> Vec<Vec<T>>) -> Vec<Vec<T>> {
        in_their_order(self.handles.into_iter().map(owned), &self.pools)
    }

    fn into_handles(self) -> Vec<Many<T, Extent>> {
        in_their_order(self.handles, &self.pools)
    }
}

/// Puts the results of each pool's handles back into the order of the handles.
fn in_their_order<V>(of_pools: impl IntoIterator<Item = Vec<V>>, pools: &[usize]) -> Vec<V> {
    let mut of_pools: Vec<_> = of_pools.into_iter().map(Vec::into_iter).collect();
    pools.iter().filter_map(|&pool| of_pools[pool].next()).collect()
}

impl<T> One<T> {
    /// Returns the row by value, without cloning it.
    ///
    /// This is an associated function, because `One` dereferences to the row: `One::try_unwrap(one)`.
    ///
    /// # Errors
    ///
    /// Returns the handle if another parent or a clone holds rows of the same query's relation.
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        let One { pool, position } = this;
        let RowPool { mut rows, index } = Arc::try_unwrap(pool).map_err(|pool| One { pool, position })?;
        let row = index.get(position as usize).map_or(position as usize, |row| row.index());
        Ok(rows.swap_remove(row))
    }

    /// Returns the row by value: moves it if nothing else holds rows of the same query's relation, and clones it otherwise.
    ///
    /// This is an associated function, because `One` dereferences to the row: `One::unwrap_or_clone(one)`.
    #[must_use]
    pub fn unwrap_or_clone(this: Self) -> T
    where
        T: Clone,
    {
        One::try_unwrap(this).unwrap_or_else(|one| T::clone(&one))
    }

    /// The rows of all parents of one relation, by value. A row is cloned only if several parents share it.
    pub(crate) fn owned(of_parents: impl Iterator<Item = Option<Self>>, clone: fn(&T) -> T) -> Vec<Option<T>> {
        let mut pool = None;
        let mut positions = Vec::with_capacity(of_parents.size_hint().0);
        for one in of_parents {
            positions.push(one.as_ref().map(|one| one.position));
            pool = one.map(|one| one.pool).or(pool);
        }
        let mut rows = HandOut::new(pool, positions.iter().copied().flatten(), Some(clone));
        positions.into_iter().map(|position| rows.take(position?)).collect()
    }
}

/// Rows that are moved out of a pool.
struct HandOut<T> {
    rows: Vec<Option<T>>,
    index: Vec<super::RowAt>,
    /// How many times each row is still needed.
    wanted: Vec<u32>,
    clone: Option<fn(&T) -> T>,
}

impl<T> HandOut<T> {
    /// The rows at these positions. Without a function that clones, nothing else may hold the pool, and each row may be
    /// needed only once.
    fn new(pool: Option<Arc<RowPool<T>>>, positions: impl Iterator<Item = u32>, clone: Option<fn(&T) -> T>) -> Self {
        let Some(pool) = pool else {
            return HandOut { rows: Vec::new(), index: Vec::new(), wanted: Vec::new(), clone };
        };
        let mut wanted = vec![0; pool.rows.len()];
        for position in positions {
            wanted[pool.row_at(position)] += 1;
        }
        let (rows, index) = match Arc::try_unwrap(pool) {
            Ok(RowPool { rows, index }) => (rows.into_iter().map(Some).collect(), index),
            Err(shared) => {
                let is_wanted = |(row, &wanted)| if wanted > 0 { clone.map(|clone| clone(row)) } else { None };
                (shared.rows.iter().zip(&wanted).map(is_wanted).collect(), shared.index.clone())
            }
        };
        HandOut { rows, index, wanted, clone }
    }

    /// The row itself when it is needed for the last time, and otherwise a clone.
    fn take(&mut self, position: u32) -> Option<T> {
        let row = self.index.get(position as usize).copied().unwrap_or(super::RowAt(position)).index();
        self.wanted[row] -= 1;
        if self.wanted[row] == 0 {
            self.rows[row].take()
        } else {
            self.clone.and_then(|clone| self.rows[row].as_ref().map(clone))
        }
    }
}
