//! Reading a query in chunks, each with its relations, in bounded memory.

#[cfg(feature = "async")]
mod stream;

use super::Query;
use super::keyset::Window;
#[cfg(feature = "async")]
use crate::db::Mode;
use crate::db::{Executor, On, Run, read_with};
use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::value::Value;

/// The number of rows of a chunk by default.
const DEFAULT_SIZE: u64 = 1_000;

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Reads the rows in chunks of 1,000, each with its prefetched relations: a query of any size in bounded memory.
    ///
    /// It uses keyset pagination: each chunk continues after the last row's sort key, so no row is returned twice, and
    /// later chunks are as fast as the first. Each chunk is a consistent snapshot; for one snapshot of all chunks, read
    /// in a transaction: `query.chunks(&db.begin_read()?)`. To stop early, stop iterating. A chunk that would end
    /// between two rows with the same primary key is an error that [`is_schema_mismatch`](Error::is_schema_mismatch).
    ///
    /// The statement of a later chunk is the statement of a page: `query.page(1_000).after(cursor).plan(&db)`.
    #[doc(alias = "find_in_batches")]
    #[doc(alias = "yield_per")]
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// for students in Student::query().prefetch(Student::courses()).chunks(&db) {
    ///     for student in students? {
    ///         println!("{} takes {} courses", student.last_name, student.courses().len());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "stream")]
    #[doc(alias = "iterator")]
    #[doc(alias = "find_each")]
    #[doc(alias = "in_batches")]
    pub fn chunks<'e, E: Run>(&self, on: &'e E) -> Chunks<'e, M, Row, E, B> {
        let rest = Rest { next: Next::First, left: self.draft.select.limit };
        let reading = Reading { query: self.clone(), size: DEFAULT_SIZE, rest };
        Chunks {
            on,
            reading,
            #[cfg(feature = "async")]
            awaited: None,
        }
    }
}

/// An iterator over the chunks of a query: the result of [`Query::chunks`].
#[must_use = "chunks are read when iterated over"]
pub struct Chunks<'e, M, Row, E: Run, B = M> {
    on: &'e E,
    reading: Reading<M, Row, B>,
    /// The chunk that is being read.
    #[cfg(feature = "async")]
    awaited: Option<<E::Mode as Mode>::Outcome<'e, Chunk<Row>>>,
}

/// A query that is read in chunks, and the position in it.
pub struct Reading<M, Row, B> {
    query: Query<M, Row, B>,
    size: u64,
    rest: Rest,
}

/// A chunk that was read, and what remains.
pub struct Chunk<Row> {
    rows: Vec<Row>,
    rest: Rest,
}

/// What remains to be read.
#[derive(Clone)]
struct Rest {
    next: Next,
    /// The number of rows that the query's own limit still allows.
    left: Option<u64>,
}

/// The beginning of the next chunk.
#[derive(Clone)]
enum Next {
    First,
    /// After the row with these values of the query's order and the primary key.
    After(Vec<Value<'static>>),
    Nowhere,
}

impl<M, Row, E: Run, B> Chunks<'_, M, Row, E, B> {
    /// Reads chunks of `rows` rows. A size of 0 is an error, which the first chunk returns.
    #[doc(alias = "batch_size")]
    #[doc(alias = "chunk_size")]
    pub fn of_size(mut self, rows: u64) -> Self {
        self.reading.size = rows;
        self
    }
}

impl<M: Mapped, Row, B: Record<Model = M>> Reading<M, Row, B> {
    fn read(&self, on: On<'_>) -> Result<Chunk<Row>> {
        if self.size == 0 {
            return Err(Error::invalid("a chunk has at least one row; write a size such as `.of_size(1_000)`"));
        }
        let Rest { next, left } = &self.rest;
        let size = left.map_or(self.size, |left| left.min(self.size));
        let after = if let Next::After(values) = next { Some(&**values) } else { None };
        let (mut window, select) = Window::of::<B>(&self.query.draft.select, after, size, on.dialect())?;
        let rows = self.query.run(on, &select, &mut window)?;
        let left = left.map(|left| left.saturating_sub(rows.len() as u64));
        let behind = if left == Some(0) { None } else { self.query.place_behind(on, window)? };
        Ok(Chunk { rows, rest: Rest { next: behind.map_or(Next::Nowhere, Next::After), left } })
    }

    fn is_over(&self) -> bool {
        matches!(self.rest.next, Next::Nowhere) || self.rest.left == Some(0)
    }

    /// Continues after a chunk that was read, and returns its rows.
    fn go_on(&mut self, read: Result<Chunk<Row>>) -> Option<Result<Vec<Row>>> {
        let (rows, rest) = match read {
            Ok(Chunk { rows, rest }) => (Ok(rows), rest),
            Err(error) => (Err(error), Rest { next: Next::Nowhere, left: None }),
        };
        self.rest = rest;
        rows.map(|rows| (!rows.is_empty()).then_some(rows)).transpose()
    }
}

impl<M: Mapped, Row, E: Executor, B: Record<Model = M>> Iterator for Chunks<'_, M, Row, E, B> {
    type Item = Result<Vec<Row>>;

    fn next(&mut self) -> Option<Result<Vec<Row>>> {
        if self.reading.is_over() {
            return None;
        }
        let read = read_with(self.on, &self.reading, Reading::read);
        self.reading.go_on(read)
    }
}

impl<M, Row, B> Clone for Reading<M, Row, B> {
    fn clone(&self) -> Self {
        Reading { query: self.query.clone(), size: self.size, rest: self.rest.clone() }
    }
}
