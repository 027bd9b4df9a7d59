//! Reading a query in chunks, each with its relations, so that memory is bounded.

use super::Query;
use super::keyset::Window;
use crate::db::Executor;
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
    pub fn chunks<'e, E: Executor>(&self, on: &'e E) -> Chunks<'e, M, Row, E, B> {
        Chunks { query: self.clone(), on, size: DEFAULT_SIZE, next: Next::First, left: self.draft.select.limit }
    }
}

/// The rows of a query in chunks; what [`Query::chunks`] returns.
#[must_use = "chunks are read when iterated over"]
pub struct Chunks<'e, M, Row, E, B = M> {
    query: Query<M, Row, B>,
    on: &'e E,
    size: u64,
    next: Next,
    /// How many rows the query's own limit still allows.
    left: Option<u64>,
}

/// Where the next chunk begins.
enum Next {
    First,
    /// Behind the row with these values of the query's order and the primary key.
    After(Vec<Value<'static>>),
    Nowhere,
}

impl<M, Row, E, B> Chunks<'_, M, Row, E, B> {
    /// Reads chunks of so many rows; at least 1.
    pub fn of_size(mut self, rows: u64) -> Self {
        self.size = rows.max(1);
        self
    }
}

impl<M: Mapped, Row, E: Executor, B: Record<Model = M>> Chunks<'_, M, Row, E, B> {
    fn read(&mut self) -> Result<Vec<Row>> {
        let size = self.left.map_or(self.size, |left| left.min(self.size));
        let after = if let Next::After(values) = &self.next { Some(&**values) } else { None };
        let (mut window, select) = Window::of::<B>(&self.query.draft.select, after, size, self.on.dialect())?;
        let rows = self.query.run(self.on, &select, &mut window)?;
        self.left = self.left.map(|left| left.saturating_sub(rows.len() as u64));
        let behind = if self.left == Some(0) { None } else { self.query.place_behind(self.on, window)? };
        self.next = behind.map_or(Next::Nowhere, Next::After);
        Ok(rows)
    }
}

impl<M: Mapped, Row, E: Executor, B: Record<Model = M>> Iterator for Chunks<'_, M, Row, E, B> {
    type Item = Result<Vec<Row>>;

    fn next(&mut self) -> Option<Result<Vec<Row>>> {
        if matches!(self.next, Next::Nowhere) || self.left == Some(0) {
            return None;
        }
        match self.read() {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => Some(Ok(rows)),
            Err(error) => {
                self.next = Next::Nowhere;
                Some(Err(error))
            }
        }
    }
}
