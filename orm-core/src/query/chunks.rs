//! Reading a query in chunks, each with its relations, so that memory is bounded.

#[cfg(feature = "async")]
mod stream;

use super::Query;
use super::keyset::Window;
#[cfg(feature = "async")]
use crate::db::Mode;
use crate::db::{Executor, On, Run, read_with};
use crate::error::Result;
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::value::Value;

/// How many rows a chunk holds when nothing else is said.
const DEFAULT_SIZE: u64 = 1_000;

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Reads the rows in chunks of 1,000, each with the relations asked for: a query of any size in bounded memory.
    ///
    /// Each chunk goes on behind the last row of the one before, by the values that it is ordered by, so that no row
    /// comes twice and reading stays fast to the end. Each chunk sees one state of the database; for all chunks to see
    /// the same, read in a transaction: `query.chunks(&db.begin_read()?)`. To stop early, stop iterating. Where a chunk would
    /// end between two rows that have the primary key in common, it is an error that
    /// [`is_schema_mismatch`](crate::error::Error::is_schema_mismatch).
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

/// The rows of a query in chunks; what [`Query::chunks`] returns.
#[must_use = "chunks are read when iterated over"]
pub struct Chunks<'e, M, Row, E: Run, B = M> {
    on: &'e E,
    reading: Reading<M, Row, B>,
    /// The chunk that is being read.
    #[cfg(feature = "async")]
    awaited: Option<<E::Mode as Mode>::Outcome<'e, Chunk<Row>>>,
}

/// A query that is read in chunks, and how far it has come.
pub struct Reading<M, Row, B> {
    query: Query<M, Row, B>,
    size: u64,
    rest: Rest,
}

/// A chunk that was read, and what is left then.
pub struct Chunk<Row> {
    rows: Vec<Row>,
    rest: Rest,
}

/// What is left to read.
#[derive(Clone)]
struct Rest {
    next: Next,
    /// How many rows the query's own limit still allows.
    left: Option<u64>,
}

/// Where the next chunk begins.
#[derive(Clone)]
enum Next {
    First,
    /// Behind the row with these values of the query's order and the primary key.
    After(Vec<Value<'static>>),
    Nowhere,
}

impl<M, Row, E: Run, B> Chunks<'_, M, Row, E, B> {
    /// Reads chunks of so many rows; at least 1.
    pub fn of_size(mut self, rows: u64) -> Self {
        self.reading.size = rows.max(1);
        self
    }
}

impl<M: Mapped, Row, B: Record<Model = M>> Reading<M, Row, B> {
    fn read(&self, on: On<'_>) -> Result<Chunk<Row>> {
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

    /// Goes on behind a chunk that was read, and returns its rows.
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
