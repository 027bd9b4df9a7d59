//! One connection to SQLite: how statements run on it.

use std::cell::Cell;
use std::time::Duration;

use rusqlite::{CachedStatement, InterruptHandle};

use super::gate::Gate;
use super::timer::Timer;
use super::value::{SqliteRow, bind};
use super::wal::{self, Wal};
use super::wanted::Wanted;
use super::{calendar, computed, decimal, error, forms};
use crate::driver::{Connection, Inserted, Written};
use crate::error::{Error, ErrorKind, Result};
use crate::row::{Row, RowSink, WrittenRows};
use crate::sql::tokens::{Quotes, Token, tokens};
use crate::types::{Network, Param};

/// A connection to SQLite.
pub(super) struct SqliteConnection {
    raw: rusqlite::Connection,
    wanted: Wanted,
    gate: Gate,
    timer: Option<Timer>,
    /// For a file that it writes, unless the log has no limit.
    wal: Option<Wal>,
    busy_timeout: Duration,
    /// Whether it writes.
    is_to_write: bool,
    /// Whether SQLite reported that the connection cannot do what it was opened for.
    ///
    /// SQLite opens a file as read-only if it cannot open it for writing at that time, for example because the process
    /// has too many open files. The connection stays read-only, so it has to be opened again.
    is_outdated: Cell<bool>,
}

impl SqliteConnection {
    /// A connection on which the functions and collations of this library are defined.
    pub(super) fn new(
        mut raw: rusqlite::Connection,
        is_to_write: bool,
        busy_timeout: Duration,
        statement_timeout: Option<Duration>,
    ) -> Result<Self> {
        let wanted = Wanted::define(&raw).map_err(error::convert)?;
        computed::define(&raw).map_err(error::convert)?;
        decimal::define(&raw).map_err(error::convert)?;
        raw.create_collation(c"orm_inet", Network::compare_texts).map_err(error::convert)?;
        forms::define(&raw).map_err(error::convert)?;
        calendar::define(&raw).map_err(error::convert)?;
        #[cfg(feature = "json")]
        super::json::define(&raw).map_err(error::convert)?;
        let gate = Gate::install(&mut raw).map_err(error::convert)?;
        let timer = statement_timeout.map(Timer::new);
        let is_outdated = Cell::new(false);
        let mut new = SqliteConnection { raw, wanted, gate, timer, wal: None, busy_timeout, is_to_write, is_outdated };
        new.set_time_limit().map_err(error::convert)?;
        Ok(new)
    }

    /// Sets the program's time limit for each statement, or none.
    pub(super) fn set_time_limit(&mut self) -> rusqlite::Result<()> {
        match &self.timer {
            Some(timer) => timer.install(&mut self.raw),
            None => self.raw.progress_handler(0, None::<fn() -> bool>),
        }
    }

    /// Limits the size of the write-ahead log.
    pub(super) fn limit_log(&mut self, bytes: u64) {
        self.wal = Wal::of(&self.raw, bytes);
    }

    /// The connection of rusqlite.
    pub(super) fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    /// The connection of rusqlite, to change its hooks.
    #[cfg(any(feature = "async", test))]
    pub(super) fn raw_mut(&mut self) -> &mut rusqlite::Connection {
        &mut self.raw
    }

    /// Sets that it has to write, although SQLite opened it as read-only.
    #[cfg(test)]
    pub(super) fn expect_to_write(&mut self) {
        self.is_to_write = true;
    }

    /// Whether the log of the file is so long that it should be emptied.
    pub(super) fn has_long_log(&self) -> bool {
        self.wal.as_ref().is_some_and(Wal::is_long)
    }

    /// Empties the log, if no connection reads.
    pub(super) fn shorten_log(&self) {
        if let Some(wal) = &self.wal {
            wal.shorten(&self.raw, self.busy_timeout);
        }
    }

    /// Copies the logs of all files into them, and empties the logs.
    pub(super) fn checkpoint(&self) -> Result<()> {
        wal::empty_all(&self.raw)
    }

    /// How long to wait for a lock of another process.
    pub(super) fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }

    /// Whether it has to be opened again, because it cannot do what it was opened for.
    pub(super) fn is_outdated(&self) -> bool {
        self.is_outdated.get()
    }

    /// The handle that interrupts the connection's statement from another thread.
    pub(super) fn interrupt_handle(&self) -> InterruptHandle {
        self.raw.get_interrupt_handle()
    }

    /// A statement with its parameters bound.
    fn bound(&self, text: &str, params: &[Param<'_>]) -> Result<CachedStatement<'_>> {
        // SQLite also calls the progress handler while it prepares a statement.
        if let Some(timer) = &self.timer {
            timer.restart();
        }
        let mut statement = self.raw.prepare_cached(text).map_err(|error| self.error(error, text))?;
        let wanted = statement.parameter_count();
        if wanted != params.len() {
            return Err(Error::parameters(wanted, params.len()));
        }
        bind_all(&mut statement, params)?;
        Ok(statement)
    }

    /// Runs a write outside of a transaction.
    fn write_alone(&self, text: &str, params: &[Param<'_>], written: &mut WrittenRows<'_>) -> Result<Written> {
        let mut statement = self.bound(text, params)?;
        let before = self.raw.total_changes();
        // Dropped after the rows, which ends the statement.
        let gate = self.gate.close();
        gate.allow(written.are_complete());
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    gate.allow(false);
                    let is_final = self.raw.total_changes() == before;
                    if !is_final && written.want_stored() {
                        return Ok(Written::Withheld);
                    }
                    written.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final }))?;
                    gate.allow(written.are_complete());
                }
                Err(error) if written.are_complete() || !error::is_refused_commit(&error) => {
                    return Err(self.error(error, text));
                }
                Ok(None) | Err(_) => return written.check().map(|()| Written::Done),
            }
        }
    }

    /// Runs a write in the open transaction.
    fn write_within(&self, text: &str, params: &[Param<'_>], written: &mut WrittenRows<'_>) -> Result<Written> {
        let mut statement = self.bound(text, params)?;
        let writes = !statement.readonly();
        let before = self.raw.total_changes();
        let mut outcome = Written::Done;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.error(error, text))? {
            let is_final = self.raw.total_changes() == before;
            if !is_final && written.want_stored() {
                outcome = Written::Again;
            }
            let taken = written.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final }));
            taken.map_err(|error| if writes { error.leaving_changes(true) } else { error })?;
        }
        let complete = written.check().map(|()| outcome);
        complete.map_err(|error| if self.raw.total_changes() == before { error } else { error.leaving_changes(true) })
    }

    /// Runs a prepared statement for each row, which is faster than one statement with many rows, which would be
    /// prepared for each number of rows. Returns `None`, without any effect, if a single row outside of a transaction
    /// changed others.
    fn insert_each(
        &self,
        text: &str,
        params: &[Param<'_>],
        of_row: usize,
        key: &mut dyn FnMut(i64),
    ) -> Result<Option<Inserted>> {
        // Dropped after the statement, whose end may be the commit.
        let _gate = self.raw.is_autocommit().then(|| self.gate.close());
        let (first, others) = params.split_at(of_row.min(params.len()));
        let mut statement = self.bound(text, first)?;
        let before = self.raw.total_changes();
        let mut rows = match statement.raw_execute() {
            Err(error) if error::is_refused_commit(&error) => return Ok(None),
            inserted => inserted.map_err(|error| self.error(error, text))?,
        };
        key(self.raw.last_insert_rowid());
        for params in others.chunks(of_row.max(1)) {
            bind_all(&mut statement, params)?;
            rows += statement.raw_execute().map_err(|error| self.error(error, text))?;
            key(self.raw.last_insert_rowid());
        }
        let rows = rows as u64;
        Ok(Some(Inserted { rows, is_alone: self.raw.total_changes() == before + rows }))
    }

    #[cold]
    fn error(&self, error: rusqlite::Error, text: &str) -> Error {
        if error::is_read_only(&error, self.is_to_write) {
            self.is_outdated.set(true);
        }
        let is_interrupt = error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted);
        let limit = self.timer.as_ref().filter(|_| is_interrupt).and_then(Timer::expired);
        match limit {
            Some(limit) => Error::new(ErrorKind::StatementTimeout { limit: Some(limit) }).with_source(error),
            None => error::convert_in(error, text),
        }
    }
}

impl Connection for SqliteConnection {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        let mut statement = self.bound(text, params)?;
        // A database in memory has one connection for all work, and so has a write transaction.
        if !statement.readonly() && statement.is_explain() == 0 {
            return Err(Error::new(ErrorKind::ReadOnly { message: "the statement may only read".to_owned() }));
        }
        self.wanted.clear();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.error(error, text))? {
            sink.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final: true }))?;
        }
        Ok(())
    }

    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        let mut statement = self.bound(text, params)?;
        match statement.raw_query().next().map_err(|error| self.error(error, text))? {
            Some(row) => sink.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final: true })),
            None => Ok(()),
        }
    }

    fn ends_at_first(&self) -> bool {
        true
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], written: &mut WrittenRows<'_>) -> Result<Written> {
        if self.raw.is_autocommit() {
            self.write_alone(text, params, written)
        } else {
            self.write_within(text, params, written)
        }
    }

    fn insert(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        of_row: usize,
        key: &mut dyn FnMut(i64),
    ) -> Result<Option<Inserted>> {
        if !self.raw.is_autocommit() {
            return self.insert_each(text, params, of_row, key);
        }
        self.gate.count(&mut self.raw, 1).map_err(error::convert)?;
        let inserted = self.insert_each(text, params, of_row, key);
        self.gate.end_count(&mut self.raw).map_err(error::convert)?;
        inserted
    }

    fn tells_of_inserts(&self) -> bool {
        true
    }

    fn can_refuse(&self) -> bool {
        true
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        let mut statement = self.bound(text, params)?;
        if statement.column_count() > 0 && !alters(text) {
            return Err(Error::returns_rows());
        }
        let before = self.raw.total_changes();
        let changed = statement.raw_execute().map_err(|error| self.error(error, text))?;
        // For a statement other than `INSERT`, `UPDATE` or `DELETE`, SQLite returns the number of the previous one.
        Ok(if self.raw.total_changes() == before { 0 } else { changed as u64 })
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        self.execute(text, &[]).map(|_| ())
    }

    fn perform(&mut self, text: &str) -> Result<()> {
        let mut statement = self.bound(text, &[])?;
        let mut rows = statement.raw_query();
        while rows.next().map_err(|error| self.error(error, text))?.is_some() {}
        Ok(())
    }

    fn in_transaction(&self) -> bool {
        !self.raw.is_autocommit()
    }
}

/// Whether a statement is an `ALTER TABLE`: some of them report a column, and return no rows.
fn bind_all(statement: &mut rusqlite::Statement<'_>, params: &[Param<'_>]) -> Result<()> {
    params.iter().enumerate().try_for_each(|(position, param)| bind(statement, position + 1, param))
}

fn alters(text: &str) -> bool {
    matches!(tokens(text, Quotes::Lenient).next(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("alter"))
}

#[cfg(test)]
mod tests;
