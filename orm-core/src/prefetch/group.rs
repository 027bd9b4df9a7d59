//! Grouping the rows of a relation by the key of their parent: a counting sort into one flat index.

use super::keys::KeyAt;
use crate::loaded::RowAt;

/// The rows of each slot: a slice of `index`, or of the rows themselves.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The position of the first row of each key, and the end of the last one.
    starts: Vec<u32>,
    /// The rows' positions, grouped by key; empty if the rows themselves are grouped by key.
    pub(super) index: Vec<RowAt>,
}

impl Groups {
    /// Groups rows with one owner each: `owners[row]` is the owner's key.
    pub(super) fn of_rows(owners: &[KeyAt], keys: usize) -> Self {
        let starts = starts(owners, keys);
        let index = if owners.is_sorted() { Vec::new() } else { scatter(owners, RowAt::new, &starts) };
        Groups { starts, index }
    }

    /// Groups links: `owners[link]` is the owner's key, `targets[link]` the row.
    pub(super) fn of_links(owners: &[KeyAt], targets: Vec<RowAt>, keys: usize) -> Self {
        let starts = starts(owners, keys);
        let index = if owners.is_sorted() { targets } else { scatter(owners, |link| targets[link], &starts) };
        Groups { starts, index }
    }

    /// Sorts the rows of each owner by a key, unless they are sorted already.
    pub(super) fn sort_by_key<K: Ord>(&mut self, rows: usize, key: impl Fn(RowAt) -> K) {
        if self.index.is_empty() {
            let sorted = |range: &[u32]| (range[0]..range[1]).map(RowAt).is_sorted_by_key(&key);
            if self.starts.windows(2).all(sorted) {
                return;
            }
            self.index = (0..rows).map(RowAt::new).collect();
        }
        for range in self.starts.windows(2) {
            let group = &mut self.index[range[0] as usize..range[1] as usize];
            if !group.is_sorted_by_key(|&row| key(row)) {
                group.sort_by_key(|&row| key(row));
            }
        }
    }

    /// The row at a position.
    pub(super) fn row(&self, position: u32) -> RowAt {
        self.index.get(position as usize).copied().unwrap_or(RowAt(position))
    }

    /// The range of positions of the rows of a key's owner.
    pub(super) fn range(&self, key: Option<usize>) -> (u32, u32) {
        key.and_then(|key| Some((*self.starts.get(key)?, *self.starts.get(key + 1)?))).unwrap_or((0, 0))
    }
}

/// Counts the links of each slot, and adds them up to the position of each slot's first.
fn starts(owners: &[KeyAt], keys: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; keys + 1];
    for &owner in owners {
        starts[owner.index() + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// Puts each link's row at the next position of its owner, which keeps their order.
fn scatter(owners: &[KeyAt], row: impl Fn(usize) -> RowAt, starts: &[u32]) -> Vec<RowAt> {
    let mut next = starts.to_vec();
    let mut index = vec![RowAt(0); owners.len()];
    for (link, &owner) in owners.iter().enumerate() {
        let place = &mut next[owner.index()];
        index[*place as usize] = row(link);
        *place += 1;
    }
    index
}

#[cfg(test)]
mod tests;
