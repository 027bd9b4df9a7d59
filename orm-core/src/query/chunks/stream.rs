//! Chunks of a query on an asynchronous database: a stream.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Chunk, Chunks, Reading};
use crate::access::Asynchronous;
use crate::asynchronous::AsyncExecutor;
use crate::db::{Performs, read_with};
use crate::error::Result;
use crate::loaded::Record;
use crate::mapped::Mapped;

impl<M, Row, E, B> Chunks<'_, M, Row, E, B>
where
    M: Mapped,
    E: AsyncExecutor,
    B: Record<Model = M>,
    Row: Send + 'static,
    Asynchronous: Performs<Reading<M, Row, B>, Chunk<Row>>,
{
    /// Reads the next chunk, or returns `None` after the last one. If the future is dropped, the next call continues at
    /// the same position.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = orm::AsyncDb::from(school()?);
    /// # smol::block_on(async {
    /// let mut chunks = Student::query().prefetch(Student::courses()).chunks(&db);
    /// while let Some(students) = chunks.next().await {
    ///     for student in students? {
    ///         println!("{} takes {} courses", student.last_name, student.courses().len());
    ///     }
    /// }
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Query::all`](crate::query::Query::all); after an error there is no further chunk.
    pub async fn next(&mut self) -> Option<Result<Vec<Row>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<M, Row, E, B> Stream for Chunks<'_, M, Row, E, B>
where
    M: Mapped,
    E: AsyncExecutor,
    B: Record<Model = M>,
    Row: Send + 'static,
    Asynchronous: Performs<Reading<M, Row, B>, Chunk<Row>>,
{
    type Item = Result<Vec<Row>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.reading.is_over() {
            return Poll::Ready(None);
        }
        let (on, reading) = (this.on, &this.reading);
        let awaited = this.awaited.get_or_insert_with(|| read_with(on, reading, Reading::read));
        let read = ready!(Pin::new(awaited).poll(context));
        this.awaited = None;
        Poll::Ready(this.reading.go_on(read))
    }
}
