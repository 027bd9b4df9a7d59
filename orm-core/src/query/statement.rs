//! The statement that returns the rows of a query: rendered, or raw SQL.

use crate::access::Access;
use crate::db::{On, Session};
use crate::error::{Error, Result};
use crate::observe::OneRow;
use crate::row::{RowSink, WrittenRows};
use crate::sql::{RawStatement, Sql};

/// A statement that returns the rows of a query.
pub(crate) enum Statement<'q> {
    /// It was rendered, and returns the values of a record in the record's order.
    ///
    /// It may read the relation of one row, or one row.
    Rendered(Sql, OneRow),
    /// It is raw SQL; its columns are found by name.
    Raw(RawStatement<'q>),
}

impl Statement<'_> {
    /// Runs only the statement.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement or of the sink.
    pub(crate) fn fetch(&self, on: On<'_>, sink: &mut dyn RowSink) -> Result<()> {
        self.run(on, |session| self.send(session, sink))
    }

    /// Does some work that begins with the statement, on a connection that may do what the statement does.
    pub(super) fn run<T>(&self, on: On<'_>, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        if self.writes() {
            return on.run(Access::Write, |session| {
                if session.can_refuse() { work(session) } else { session.within_write(work) }
            });
        }
        let done = on.run(Access::Read, |session| {
            if let Statement::Rendered(_, row) = self {
                session.reads(*row);
            }
            work(session)
        });
        match self {
            Statement::Raw(..) => {
                done.map_err(|error| if error.is_read_only() { Error::writes_unsaid(error) } else { error })
            }
            Statement::Rendered(..) => done,
        }
    }

    /// Does some work in one consistent snapshot; if the statement writes, atomically.
    pub(super) fn in_one_state<T>(
        &self,
        session: &mut Session<'_>,
        work: impl FnOnce(&mut Session<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.writes() { session.atomic(work) } else { session.snapshot(work) }
    }

    /// Sends the statement and passes its rows to the sink.
    pub(super) fn send(&self, session: &mut Session<'_>, sink: &mut dyn RowSink) -> Result<()> {
        match self {
            Statement::Rendered(sql, _) => session.query(sql, sink),
            Statement::Raw(raw) if raw.writes => session
                .write(&raw.text, &raw.params, &mut WrittenRows::any_number(sink))
                .map_or_else(|error| Err(error.of_raw_sql()), |_| Ok(())),
            Statement::Raw(raw) => session.query_text(&raw.text, &raw.params, sink).map_err(Error::of_raw_sql),
        }
    }

    fn writes(&self) -> bool {
        matches!(self, Statement::Raw(raw) if raw.writes)
    }
}
