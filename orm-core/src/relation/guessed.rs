//! Methods of iterators that people look for on a relation, as on a query.

use super::Relation;
use crate::mapped::Guessed;

impl<P, C, K, const AT: usize, Row, E, B> Relation<P, C, K, AT, Row, E, B> {
    #[doc(hidden)]
    pub fn skip(self, _rows: u64) -> Self
    where
        C: Guessed,
    {
        self
    }

    #[doc(hidden)]
    pub fn take(self, _rows: u64) -> Self
    where
        C: Guessed,
    {
        self
    }
}
