//! Raw SQL: literal text, bound parameters, and rows decoded by column name.

mod query;
mod script;

use crate::access::Access;
use crate::db::{self as run, On, Performs, Run};
use crate::error::{Error, ErrorKind, Result};
use crate::query::Statement;
use crate::row::{FromRow, Tuples};
use crate::sql::{Dialect, RawSql, RawStatement, transaction_control};
use crate::view::View;

pub use query::RawQuery;
pub use script::{Script, script};

impl<Mode: run::Mode> RawSql<Mode> {
    /// Runs the statement and reads each row as a model or a view, by column name: the names of the model's columns,
    /// and for a view's fields that are read through relations the names of the fields. The relations of a view are
    /// loaded, by one statement for each; the columns that they start at must be selected. To prefetch relations, call
    /// [`query`](RawSql::query).
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails, if a column is missing, or if a value does not fit its Rust type.
    /// Returns one that [`is_read_only`](Error::is_read_only) for a statement that writes without
    /// [`writing`](RawSql::writing), and one that [`is_invalid`](Error::is_invalid) for a statement that begins or ends
    /// a transaction, such as `COMMIT`.
    #[track_caller]
    pub fn rows<V: View>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, Vec<V>>
    where
        Mode: Performs<RawQuery<V::Model, V, V::Base, Mode>, Vec<V>>,
    {
        let query = self.query::<V>();
        Mode::perform(on.place(), query.access(), query, |query, on| query.read_all(on))
    }

    /// Runs a statement that writes and returns rows: [`rows`](RawSql::rows) after [`writing`](RawSql::writing).
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`rows`](RawSql::rows); then nothing is written.
    #[track_caller]
    pub fn returning<V: View>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, Vec<V>>
    where
        Mode: Performs<RawQuery<V::Model, V, V::Base, Mode>, Vec<V>>,
    {
        self.writing().rows(on)
    }

    /// Runs the statement and reads each row as a tuple, by position.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`rows`](RawSql::rows).
    #[track_caller]
    pub fn tuples<T: FromRow>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, Vec<T>>
    where
        Mode: Performs<Self, Vec<T>>,
    {
        Mode::perform(on.place(), self.access(), self, Self::read_tuples)
    }

    fn read_tuples<T: FromRow>(self, on: On<'_>) -> Result<Vec<T>> {
        let statement = self.statement_to_read(on.dialect())?;
        let mut rows = Tuples(Vec::new());
        Statement::Raw(statement).fetch(on, &mut rows)?;
        Ok(rows.0)
    }

    /// Runs a statement that returns no rows, and returns the number of rows that it changed: 0 for a statement that
    /// changes none, such as `CREATE TABLE`.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails. Returns one that [`is_invalid`](Error::is_invalid) for a statement that
    /// returns rows, and for one that begins or ends a transaction or a savepoint, such as `COMMIT`; neither runs.
    #[track_caller]
    pub fn execute(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, u64>
    where
        Mode: Performs<Self, u64>,
    {
        Mode::perform(on.place(), Access::Write, self, Self::change)
    }

    fn change(self, on: On<'_>) -> Result<u64> {
        self.check_words()?;
        let statement = self.statement(on.dialect())?;
        let changed = on.run(Access::Write, |session| session.execute_text(&statement.text, &statement.params));
        if !on.dialect().writes(&self.text) {
            // It may have created or changed a table.
            on.db().catalog().forget();
        }
        changed.map_err(Error::of_raw_sql)
    }

    fn access(&self) -> Access {
        if self.writes { Access::Write } else { Access::Read }
    }

    /// Refuses statements that would begin or end a transaction without its guard, or a transaction of the pool's
    /// connection.
    fn check_words(&self) -> Result<()> {
        transaction_control(&self.text).map_or(Ok(()), |word| Err(Error::controls_transaction(word)))
    }

    /// The statement in the form of the database, if its rows can be read.
    fn statement_to_read(&self, dialect: &dyn Dialect) -> Result<RawStatement<'_>> {
        self.check_words()?;
        let statement = self.statement(dialect)?;
        // A connection that both reads and writes would accept it.
        if !self.writes && dialect.writes(&self.text) {
            return Err(Error::new(ErrorKind::WritesUnsaid));
        }
        Ok(statement)
    }
}
