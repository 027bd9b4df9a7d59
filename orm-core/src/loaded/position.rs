//! The position of a row.

/// The position of a row among all that a relation loaded, or none if it leads to no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowAt(pub(crate) u32);

impl RowAt {
    /// No row.
    pub(crate) const NONE: RowAt = RowAt(u32::MAX);

    /// A position. The number of rows is checked before, so every position fits.
    #[inline]
    pub(crate) fn new(position: usize) -> Self {
        u32::try_from(position).map_or(RowAt::NONE, RowAt)
    }

    /// The position as an index.
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// The row as a range of one row, or an empty range.
    pub(crate) fn range(self) -> (u32, u32) {
        if self == RowAt::NONE { (0, 0) } else { (self.0, self.0 + 1) }
    }
}
