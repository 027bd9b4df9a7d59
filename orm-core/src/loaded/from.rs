//! Loaded relations that a program makes itself, for example in a test of a function of loaded rows.

use super::{Many, One, RowPool};

/// Makes the rows of a to-many relation without a database.
///
/// # Panics
///
/// Panics with more than 2³² rows, which no relation loads.
impl<T, Extent> From<Vec<T>> for Many<T, Extent> {
    fn from(rows: Vec<T>) -> Self {
        let Ok(end) = u32::try_from(rows.len()) else { panic!("a relation holds at most 4,294,967,295 rows") };
        Many::new(RowPool::new(rows, Vec::new()), 0, end)
    }
}

impl<T, Extent, const COUNT: usize> From<[T; COUNT]> for Many<T, Extent> {
    fn from(rows: [T; COUNT]) -> Self {
        Many::from(Vec::from(rows))
    }
}

impl<T, Extent> FromIterator<T> for Many<T, Extent> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Many::from(Vec::from_iter(rows))
    }
}

/// Makes an empty relation.
impl<T, Extent> Default for Many<T, Extent> {
    fn default() -> Self {
        Many::new(RowPool::new(Vec::new(), Vec::new()), 0, 0)
    }
}

/// Makes the row of a to-one relation without a database.
impl<T> From<T> for One<T> {
    fn from(row: T) -> Self {
        One::new(RowPool::new(vec![row], Vec::new()), 0)
    }
}
