//! Methods of iterators that people look for on a query, where rustc would say no more than that it is no iterator.

use super::Query;
use crate::db::Executor;
use crate::error::Result;
use crate::loaded::Record;
use crate::mapped::Mapped;

/// Models whose queries are iterators: none, so that the methods that ask for it cannot be called, and the compiler says what to
/// write.
///
/// A trait, since only a bound has a message of its own.
#[diagnostic::on_unimplemented(
    message = "a query is not an iterator",
    label = "a method of iterators",
    note = "`.limit(n)` takes the first rows and `.offset(n)` skips them; the last row is the first one in the opposite order: \
            `.order_by({Self}::id().desc()).first(&db)`",
    note = "`.all(&db)` returns the rows; `.chunks(&db)` is an iterator"
)]
pub trait Iterated: Mapped {}

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    #[doc(hidden)]
    pub fn skip(self, rows: u64) -> Self
    where
        M: Iterated,
    {
        self.offset(rows)
    }

    #[doc(hidden)]
    pub fn take(self, rows: u64) -> Self
    where
        M: Iterated,
    {
        self.limit(rows)
    }

    #[doc(hidden)]
    pub fn last(&self, on: &impl Executor) -> Result<Option<Row>>
    where
        M: Iterated,
    {
        self.first(on)
    }
}
