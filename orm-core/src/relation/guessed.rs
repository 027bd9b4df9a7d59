//! Methods of iterators and other libraries that people try on a relation, as on a query.

use super::Relation;
use crate::mapped::{GuessedLinks, GuessedRows};

impl<P, C, K, const AT: usize, Row, E, B> Relation<P, C, K, AT, Row, E, B> {
    #[doc(hidden)]
    pub fn skip(self, _rows: u64) -> Self
    where
        C: GuessedRows,
    {
        self
    }

    #[doc(hidden)]
    pub fn take(self, _rows: u64) -> Self
    where
        C: GuessedRows,
    {
        self
    }

    #[doc(hidden)]
    pub fn add(self, _on: impl Sized, _parent: impl Sized, _rows: impl Sized)
    where
        C: GuessedLinks,
    {
    }

    #[doc(hidden)]
    pub fn remove(self, _on: impl Sized, _parent: impl Sized, _rows: impl Sized)
    where
        C: GuessedLinks,
    {
    }
}
