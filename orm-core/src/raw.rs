//! SQL that the user writes: literal text, bound parameters, and rows decoded by column name.

use std::marker::PhantomData;

use crate::access::Access;
use crate::db::{Executor, Session};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use crate::driver::Connection;
use crate::error::{Error, Kind, Result};
use crate::loaded::{Name, Record};
use crate::mapped::Mapped;
use crate::prefetch;
use crate::query::Window;
use crate::row::{Columns, FromRow, Row, RowSink, Tuples};
use crate::sql::{AnyNumber, Dialect, RawSql, transaction_control};
use crate::types::Param;
use crate::value::{Mismatch, ValueRef};
use crate::view::View;

impl RawSql {
    /// Runs the statement and reads each row as a model or a view, by column name: those of the model, and those of a view's
    /// fields that are read through relations by the names of the fields. The relations of a view are loaded, by one statement
    /// for each; what they start at must be among the columns.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement, or of a column that is missing or does not fit its Rust type.
    /// [`is_read_only`](Error::is_read_only) for a statement that writes without [`writing`](RawSql::writing).
    /// [`is_invalid`](Error::is_invalid) for a statement that begins or ends a transaction, such as `COMMIT`.
    pub fn rows<V: View>(self, on: &impl Executor) -> Result<Vec<V>> {
        let params = self.params_to_read(on.dialect())?;
        let loader = V::loader();
        loader.error().cloned().map_or(Ok(()), Err)?;
        let load = |session: &mut Session<'_>| {
            prefetch::load(session, &*loader, false, &mut Window::whole(), |session, sink| {
                self.send(session, &params, &mut ByName::<V::Base>::new(sink))
            })
        };
        self.run(on, |session| match self.writes {
            _ if loader.is_plain() => load(session),
            false => session.snapshot(load),
            true => session.atomic(load),
        })
    }

    /// Runs a statement that writes and returns rows: [`rows`](RawSql::rows) after [`writing`](RawSql::writing).
    ///
    /// # Errors
    ///
    /// As [`rows`](RawSql::rows); then nothing is written.
    pub fn returning<V: View>(self, on: &impl Executor) -> Result<Vec<V>> {
        self.writing().rows(on)
    }

    /// Runs the statement and reads each row as a tuple, by position.
    ///
    /// # Errors
    ///
    /// As [`rows`](RawSql::rows).
    pub fn tuples<T: FromRow>(self, on: &impl Executor) -> Result<Vec<T>> {
        let params = self.params_to_read(on.dialect())?;
        let mut rows = Tuples(Vec::new());
        self.run(on, |session| self.send(session, &params, &mut rows))?;
        Ok(rows.0)
    }

    /// Runs a statement that returns no rows, and counts the rows that it changed: 0 for a statement that changes none, such
    /// as `CREATE TABLE`.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement. [`is_invalid`](Error::is_invalid) for a statement that returns rows, and for one
    /// that begins or ends a transaction or a savepoint, such as `COMMIT`; neither runs.
    pub fn execute(self, on: &impl Executor) -> Result<u64> {
        self.check_words()?;
        let params = self.params(on.dialect())?;
        let changed = on.run(Access::Write, |session| session.execute_text(&self.text, &params));
        if !on.dialect().writes(&self.text) {
            // It may have created or changed a table.
            on.db().catalog().forget();
        }
        changed
    }

    /// Does some work on a connection that may do what the statement does.
    fn run<T>(&self, on: &impl Executor, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        if self.writes {
            return on.run(Access::Write, |session| {
                if session.can_refuse() { work(session) } else { session.within_write(work) }
            });
        }
        let done = on.run(Access::Read, work);
        done.map_err(|error| if error.is_read_only() { Error::writes_unsaid(error) } else { error })
    }

    fn send(&self, session: &mut Session<'_>, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        if self.writes {
            session.write(&self.text, params, &mut AnyNumber(sink)).map(|_| ())
        } else {
            session.query_text(&self.text, params, sink)
        }
    }

    /// Refuses what would begin or end a transaction without its guard, or one of the pool's connection, knowing of it.
    fn check_words(&self) -> Result<()> {
        transaction_control(&self.text).map_or(Ok(()), |word| Err(Error::controls_transaction(word)))
    }

    /// The values in the order in which they are bound, of a statement whose rows can be read.
    fn params_to_read(&self, dialect: &dyn Dialect) -> Result<Vec<Param<'static>>> {
        self.check_words()?;
        let params = self.params(dialect)?;
        // Where a connection does both, the database would let it through.
        if !self.writes && dialect.writes(&self.text) {
            return Err(Error::new(Kind::WritesUnsaid));
        }
        Ok(params)
    }
}

/// Finds the values of a record by column name, and hands them on in its order.
struct ByName<'s, B> {
    sink: &'s mut dyn RowSink,
    /// Where each value stands, if it comes at all; found at the first row.
    positions: Vec<Option<usize>>,
    record: PhantomData<fn() -> B>,
}

impl<'s, B: Record> ByName<'s, B> {
    fn new(sink: &'s mut dyn RowSink) -> Self {
        ByName { sink, positions: Vec::new(), record: PhantomData }
    }

    fn find_columns(&mut self, row: Row<'_>) -> Result<()> {
        let names: Vec<&str> = (0..).map_while(|at| row.name(at)).collect();
        let position = |name: &str| names.iter().position(|other| *other == name);
        for name in B::names() {
            self.positions.push(match name {
                Name::Required(name) => {
                    Some(position(name).ok_or_else(|| Error::not_returned(B::Model::TABLE.model, name))?)
                }
                Name::Optional(name) => position(name),
                Name::None => None,
            });
        }
        Ok(())
    }
}

impl<B: Record> RowSink for ByName<'_, B> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.positions.is_empty() {
            self.find_columns(row)?;
        }
        let reordered = Reordered { row, positions: &self.positions };
        self.sink.row(Row::new(&reordered))
    }
}

/// A row whose values stand in another order; what does not come is `NULL`.
struct Reordered<'a> {
    row: Row<'a>,
    positions: &'a [Option<usize>],
}

impl Columns for Reordered<'_> {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        self.positions[index].map_or(Ok(ValueRef::Null), |position| self.row.value(position))
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.name((*self.positions.get(index)?)?)
    }
}
