//! Loaded relations in rows: handles into a pool of rows that all parents share.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Index};
use std::sync::Arc;

use super::RowAt;

/// Marks a relation that was loaded completely.
#[derive(Clone, Copy, Debug)]
pub struct All;

/// Marks a relation with a filter, a limit or an offset: some of its rows may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Part;

/// The rows that one relation loaded for all parents together, and the order in which parents refer to them.
#[derive(Debug)]
pub struct RowPool<T> {
    pub(super) rows: Vec<T>,
    /// Positions in `rows`, grouped by parent; empty if the rows themselves are grouped by parent.
    pub(super) index: Vec<RowAt>,
}

impl<T> RowPool<T> {
    pub(crate) fn new(rows: Vec<T>, index: Vec<RowAt>) -> Arc<Self> {
        Arc::new(RowPool { rows, index })
    }

    #[inline]
    fn row(&self, position: u32) -> &T {
        &self.rows[self.row_at(position)]
    }

    #[inline]
    pub(super) fn row_at(&self, position: u32) -> usize {
        let row = if self.index.is_empty() { RowAt(position) } else { self.index[position as usize] };
        row.index()
    }
}

/// The loaded rows of a to-many relation of one parent.
///
/// It is a handle of 16 bytes: rows that several parents share are in memory once. It iterates as `&T`, can be indexed,
/// cloned and sent, and serialises as a sequence. `Extent` is [`Part`] if the relation was filtered or limited, so a
/// function that takes all courses of a student does not accept some of them.
pub struct Many<T, Extent = All> {
    pub(super) pool: Arc<RowPool<T>>,
    pub(super) start: u32,
    pub(super) end: u32,
    extent: PhantomData<fn() -> Extent>,
}

impl<T, Extent> Many<T, Extent> {
    pub(crate) fn new(pool: Arc<RowPool<T>>, start: u32, end: u32) -> Self {
        Many { pool, start, end, extent: PhantomData }
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Returns the row at a position, in the order of the query.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&T> {
        let position = u32::try_from(position).ok()?.checked_add(self.start)?;
        (position < self.end).then(|| self.pool.row(position))
    }

    /// Returns the first row.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// Returns the last row.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.len().checked_sub(1).and_then(|last| self.get(last))
    }

    /// Iterates over the rows, in the order of the query.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { pool: &self.pool, start: self.start, end: self.end }
    }

    /// Returns the rows as a `Vec` of clones. [`into_vec`](Many::into_vec) moves them if possible.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.iter().cloned().collect()
    }
}

impl<T, Extent> Clone for Many<T, Extent> {
    fn clone(&self) -> Self {
        Many::new(Arc::clone(&self.pool), self.start, self.end)
    }
}

impl<T, Extent> Index<usize> for Many<T, Extent> {
    type Output = T;

    fn index(&self, position: usize) -> &T {
        let len = self.len();
        self.get(position).unwrap_or_else(|| panic!("row {position} of {len} loaded rows"))
    }
}

impl<T: fmt::Debug, Extent> fmt::Debug for Many<T, Extent> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq, Extent> PartialEq for Many<T, Extent> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl<T: Eq, Extent> Eq for Many<T, Extent> {}

impl<'a, T, Extent> IntoIterator for &'a Many<T, Extent> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

/// Iterates over the rows of a [`Many`].
#[derive(Debug)]
pub struct Iter<'a, T> {
    pool: &'a RowPool<T>,
    start: u32,
    end: u32,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter { ..*self }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        (self.start < self.end).then(|| {
            let row = self.pool.row(self.start);
            self.start += 1;
            row
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = (self.end - self.start) as usize;
        (len, Some(len))
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        (self.start < self.end).then(|| {
            self.end -= 1;
            self.pool.row(self.end)
        })
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

/// The loaded row of a to-one relation, or an `Option` of it if the row may be missing. It dereferences to the row.
pub struct One<T> {
    pub(super) pool: Arc<RowPool<T>>,
    pub(super) position: u32,
}

impl<T> One<T> {
    pub(crate) fn new(pool: Arc<RowPool<T>>, position: u32) -> Self {
        One { pool, position }
    }
}

impl<T> Deref for One<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.pool.row(self.position)
    }
}

impl<T> Clone for One<T> {
    fn clone(&self) -> Self {
        One::new(Arc::clone(&self.pool), self.position)
    }
}

impl<T: fmt::Debug> fmt::Debug for One<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for One<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for One<T> {}
