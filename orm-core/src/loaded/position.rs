//! Where a row stands.

/// The position of a row among all that a relation loaded, or that it leads to nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowAt(pub(crate) u32);

impl RowAt {
    /// No row.
    pub(crate) const NONE: RowAt = RowAt(u32::MAX);

    /// A position. How many rows there are is checked before, so that every position fits.
    #[inline]
    pub(crate) fn new(position: usize) -> Self {
        u32::try_from(position).map_or(RowAt::NONE, RowAt)
    }

    /// The position as an index.
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// The row as a range of one, or of none.
    pub(crate) fn range(self) -> (u32, u32) {
        if self == RowAt::NONE { (0, 0) } else { (self.0, self.0 + 1) }
    }
}
