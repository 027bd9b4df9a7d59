//! Grouping the rows of a relation by the key of their parent: a counting sort into one flat index.

use super::keys::narrow;

/// The rows of each slot: a slice of `index`, or of the rows themselves.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Where the rows of each slot begin, and one more for the end of the last.
    starts: Vec<u32>,
    /// The rows' positions, slot after slot; empty when the rows themselves stand slot after slot.
    pub(super) index: Vec<u32>,
}

impl Groups {
    /// Groups rows of which each has one owner: `owners[row]` is its slot.
    pub(super) fn of_rows(owners: &[u32], slots: usize) -> Self {
        let starts = starts(owners, slots);
        let index = if owners.is_sorted() { Vec::new() } else { scatter(owners, narrow, &starts) };
        Groups { starts, index }
    }

    /// Groups links: `owners[link]` is the slot of the owner, `targets[link]` the position of the row.
    pub(super) fn of_links(owners: &[u32], targets: Vec<u32>, slots: usize) -> Self {
        let starts = starts(owners, slots);
        let index = if owners.is_sorted() { targets } else { scatter(owners, |link| targets[link], &starts) };
        Groups { starts, index }
    }

    /// Sorts the rows of each slot by a key, where they are not sorted already.
    pub(super) fn sort_by_key<K: Ord>(&mut self, rows: usize, key: impl Fn(u32) -> K) {
        if self.index.is_empty() {
            let sorted = |range: &[u32]| (range[0]..range[1]).is_sorted_by_key(&key);
            if self.starts.windows(2).all(sorted) {
                return;
            }
            self.index = (0..narrow(rows)).collect();
        }
        for range in self.starts.windows(2) {
            let group = &mut self.index[range[0] as usize..range[1] as usize];
            if !group.is_sorted_by_key(|&row| key(row)) {
                group.sort_by_key(|&row| key(row));
            }
        }
    }

    /// The row at a position.
    pub(super) fn row(&self, position: u32) -> u32 {
        self.index.get(position as usize).copied().unwrap_or(position)
    }

    /// The positions at which the rows of a slot begin and end.
    pub(super) fn range(&self, slot: Option<usize>) -> (u32, u32) {
        slot.and_then(|slot| Some((*self.starts.get(slot)?, *self.starts.get(slot + 1)?))).unwrap_or((0, 0))
    }
}

/// Counts the links of each slot, and adds them up to where each slot's begin.
fn starts(owners: &[u32], slots: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; slots + 1];
    for &owner in owners {
        starts[owner as usize + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// Puts each link's row at the next place of its owner, which keeps the order in which they came.
fn scatter(owners: &[u32], row: impl Fn(usize) -> u32, starts: &[u32]) -> Vec<u32> {
    let mut next = starts.to_vec();
    let mut index = vec![0; owners.len()];
    for (link, &owner) in owners.iter().enumerate() {
        let place = &mut next[owner as usize];
        index[*place as usize] = row(link);
        *place += 1;
    }
    index
}

#[cfg(test)]
mod tests;
