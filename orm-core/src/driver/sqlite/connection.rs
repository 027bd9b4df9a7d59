//! One connection to SQLite: how it is set up, and how statements run on it.

use std::borrow::Cow;
use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, InterruptHandle, OpenFlags, vtab};

use super::gate::Gate;
use super::timer::Timer;
use super::value::{SqliteRow, bind};
use super::wal::{self, Wal};
use super::wanted::Wanted;
use super::{Place, SqliteOptions, SqliteSetup, decimal, error, forms};
use crate::access::Access;
use crate::driver::{Connection, Written, setup};
use crate::error::{Error, Kind, Result};
use crate::row::{Row, RowSink, WrittenRows};
use crate::types::{Network, Param};

/// A connection to SQLite.
pub(super) struct SqliteConnection {
    raw: rusqlite::Connection,
    wanted: Wanted,
    gate: Gate,
    timer: Option<Timer>,
    /// Of a file that it is to write, unless the log has no limit.
    wal: Option<Wal>,
    busy_timeout: Duration,
    /// Whether it is to write.
    is_to_write: bool,
    /// Whether SQLite said that it cannot do what it was opened for.
    ///
    /// SQLite opens a file for reading only when it cannot open it for writing at that moment, as when the process has too
    /// many open files. The connection stays so for as long as it lives, so it is to be opened again.
    is_outdated: Cell<bool>,
}

impl SqliteConnection {
    /// Opens a connection that reads, or reads and writes.
    pub(super) fn open(place: &Place, access: Access, options: &SqliteOptions) -> Result<Self> {
        let what = match place {
            Place::File { path, .. } => path.display().to_string(),
            Place::Memory => ":memory:".to_owned(),
        };
        if let Some(problem) = problem_of(place) {
            return Err(Error::new(Kind::Open { what, problem: problem.to_owned() }));
        }
        let opened = match place {
            Place::File { path, create } => {
                rusqlite::Connection::open_with_flags(literal(path), flags(options, *create))
            }
            Place::Memory => rusqlite::Connection::open_in_memory_with_flags(flags(options, true)),
        };
        let mut raw = opened.map_err(|error| error::convert_open(error, &what))?;
        set_up(&raw, place, access, options).map_err(|error| error::convert_open(error, &what))?;
        let wanted = Wanted::define(&raw).map_err(error::convert)?;
        decimal::define(&raw).map_err(error::convert)?;
        raw.create_collation(c"orm_inet", Network::compare_texts).map_err(error::convert)?;
        forms::define(&raw).map_err(error::convert)?;
        let gate = Gate::install(&mut raw).map_err(error::convert)?;
        let timer = options.statement_timeout.map(|limit| Timer::install(&mut raw, limit));
        let timer = timer.transpose().map_err(error::convert)?;
        let is_to_write = access == Access::Write && !options.read_only;
        let mut connection = SqliteConnection {
            raw,
            wanted,
            gate,
            timer,
            wal: None,
            busy_timeout: busy_timeout(options),
            is_to_write,
            is_outdated: Cell::new(false),
        };
        for hook in &options.on_connect {
            let result = hook(&mut SqliteSetup::new(&mut connection));
            setup::finished(result, &connection, &what)?;
        }
        finish(&connection.raw, place, access, options).map_err(|error| error::convert_open(error, &what))?;
        if let (Place::File { .. }, true) = (place, is_to_write && options.wal_limit < u64::MAX) {
            connection.wal = Wal::of(&connection.raw, options.wal_limit);
        }
        Ok(connection)
    }

    /// The connection of rusqlite.
    pub(super) fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    /// The connection of rusqlite, for tests that make it fail.
    #[cfg(test)]
    pub(super) fn raw_mut(&mut self) -> &mut rusqlite::Connection {
        &mut self.raw
    }

    /// Expects to write, on a connection that SQLite opened for reading only.
    #[cfg(test)]
    pub(super) fn expect_to_write(&mut self) {
        self.is_to_write = true;
    }

    /// Whether the log of the file has grown so long that it is to be emptied.
    pub(super) fn has_long_log(&self) -> bool {
        self.wal.as_ref().is_some_and(Wal::is_long)
    }

    /// Empties the log, where nobody reads.
    pub(super) fn shorten_log(&self) {
        if let Some(wal) = &self.wal {
            wal.shorten(&self.raw, self.busy_timeout);
        }
    }

    /// Copies the logs of all files into them, and empties the logs.
    pub(super) fn checkpoint(&self) -> Result<()> {
        wal::empty_all(&self.raw)
    }

    /// How long to wait for what another process has locked.
    pub(super) fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }

    /// Whether it is to be opened again, since it cannot do what it was opened for.
    pub(super) fn is_outdated(&self) -> bool {
        self.is_outdated.get()
    }

    /// What stops the connection's statement from another thread.
    pub(super) fn interrupt_handle(&self) -> InterruptHandle {
        self.raw.get_interrupt_handle()
    }
}

/// What SQLite would not tell, or not clearly.
fn problem_of(place: &Place) -> Option<&'static str> {
    match place {
        // To SQLite this is a new temporary database for each connection.
        Place::File { path, .. } if path.as_os_str().is_empty() => Some("the path is empty"),
        Place::File { path, .. } if path.is_dir() => Some("it is a directory"),
        _ => None,
    }
}

/// The path as one that SQLite takes for nothing but a path: what begins with `file:` may be a URI to it.
pub(super) fn literal(path: &Path) -> Cow<'_, Path> {
    if path.as_os_str().as_encoded_bytes().starts_with(b"file:") {
        Path::new(".").join(path).into()
    } else {
        path.into()
    }
}

fn flags(options: &SqliteOptions, create: bool) -> OpenFlags {
    let access = match (options.read_only, create) {
        (true, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        (false, true) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        (false, false) => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    // Each connection is used by one thread at a time, so SQLite's own locks are waste.
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// SQLite counts milliseconds in an `i32`, and rusqlite panics above.
fn busy_timeout(options: &SqliteOptions) -> Duration {
    options.busy_timeout.min(Duration::from_millis(i32::MAX as u64))
}

fn set_up(raw: &rusqlite::Connection, place: &Place, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    raw.busy_timeout(busy_timeout(options))?;
    // A misspelt name is an error, not a string, unless the file needs it otherwise.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, options.double_quoted_strings)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, options.double_quoted_strings)?;
    // A crafted file can do less harm.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, options.foreign_keys)?;
    // Without this, each execution of a cached statement is prepared again once the database was analyzed.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    vtab::array::load_module(raw)?;
    raw.set_prepared_statement_cache_capacity(options.cached_statements);
    if let Place::File { .. } = place {
        set_up_file(raw, access, options)?;
    }
    // Reading the header tells whether the file is a database at all.
    raw.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

fn set_up_file(raw: &rusqlite::Connection, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    if !options.read_only && access == Access::Write {
        // A file that cannot be written keeps its journal mode; writing it fails with an error of its own.
        match raw.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly) => {}
            result => result?,
        }
    }
    raw.execute_batch("PRAGMA synchronous = NORMAL")?;
    // A negative size of the cache counts KiB instead of pages. What a large transaction made of the log is cut off when the
    // log begins anew.
    let sizes = [
        ("cache_size = -", options.cache_size.map(|bytes| (bytes / 1024).clamp(1, i32::MAX as u64))),
        ("mmap_size = ", options.mmap_size.map(|bytes| bytes.min(i64::MAX as u64))),
        ("journal_size_limit = ", Some(options.wal_limit).filter(|bytes| i64::try_from(*bytes).is_ok())),
    ];
    for (pragma, size) in sizes {
        size.map_or(Ok(()), |size| raw.execute_batch(&format!("PRAGMA {pragma}{size}")))?;
    }
    Ok(())
}

/// What follows the program's hook.
fn finish(raw: &rusqlite::Connection, place: &Place, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    if !options.on_connect.is_empty() {
        // The tables are read again, now that functions are defined: SQLite judges only then what these may do in a table.
        raw.execute_batch("PRAGMA writable_schema = RESET")?;
        raw.prepare("SELECT 1 FROM sqlite_schema").map(drop)?;
    }
    if let (Place::File { .. }, Access::Read) = (place, access) {
        raw.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(())
}

impl SqliteConnection {
    /// A statement with its parameters bound.
    fn bound(&self, text: &str, params: &[Param<'_>]) -> Result<CachedStatement<'_>> {
        // SQLite asks while it prepares a statement too.
        if let Some(timer) = &self.timer {
            timer.restart();
        }
        let mut statement = self.raw.prepare_cached(text).map_err(|error| self.error(error, text))?;
        let wanted = statement.parameter_count();
        if wanted != params.len() {
            return Err(Error::invalid(format!(
                "the statement has {wanted} parameters, and {} are bound",
                params.len()
            )));
        }
        for (position, param) in params.iter().enumerate() {
            bind(&mut statement, position + 1, param)?;
        }
        Ok(statement)
    }

    /// Runs a statement that writes and is a transaction by itself.
    fn write_alone(&self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written> {
        let mut statement = self.bound(text, params)?;
        let before = self.raw.total_changes();
        // Dropped after the rows, by which SQLite ends the statement.
        let gate = self.gate.close();
        gate.allow(sink.is_complete());
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    gate.allow(false);
                    let is_final = self.raw.total_changes() == before;
                    if !is_final && sink.wants_stored() {
                        return Ok(Written::Withheld);
                    }
                    sink.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final }))?;
                    gate.allow(sink.is_complete());
                }
                Ok(None) if sink.is_complete() => return Ok(Written::Done),
                Err(error) if sink.is_complete() || !error::is_refused_commit(&error) => {
                    return Err(self.error(error, text));
                }
                Ok(None) | Err(_) => return Err(sink.incomplete()),
            }
        }
    }

    /// Runs a statement that writes in the open transaction.
    fn write_within(&self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written> {
        let mut statement = self.bound(text, params)?;
        let writes = !statement.readonly();
        let before = self.raw.total_changes();
        let mut written = Written::Done;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.error(error, text))? {
            let is_final = self.raw.total_changes() == before;
            if !is_final && sink.wants_stored() {
                written = Written::Again;
            }
            let taken = sink.row(Row::new(&SqliteRow { row, wanted: &self.wanted, is_final }));
            taken.map_err(|error| if writes { error.leaving_changes(true) } else { error })?;
        }
        if sink.is_complete() {
            return Ok(written);
        }
        let error = sink.incomplete();
        Err(if self.raw.total_changes() == before { error } else { error.leaving_changes(true) })
    }

    #[cold]
    fn error(&self, error: rusqlite::Error, text: &str) -> Error {
        if error::is_read_only(&error, self.is_to_write) {
            self.is_outdated.set(true);
        }
        let is_interrupt = error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted);
        let limit = self.timer.as_ref().filter(|_| is_interrupt).and_then(Timer::expired);
        match limit {
            Some(limit) => Error::new(Kind::StatementTimeout { limit: Some(limit) }).with_source(error),
            None => error::convert_in(error, text),
        }
    }
}

impl Connection for SqliteConnection {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        let mut statement = self.bound(text, params)?;
        // A database in memory has one connection for all work, and so has a transaction that writes.
        if !statement.readonly() && statement.is_explain() == 0 {
            return Err(Error::new(Kind::ReadOnly { message: "the statement was to read".to_owned() }));
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

    fn write(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written> {
        if self.raw.is_autocommit() {
            self.write_alone(text, params, sink)
        } else {
            self.write_within(text, params, sink)
        }
    }

    fn can_refuse(&self) -> bool {
        true
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        let mut statement = self.bound(text, params)?;
        if statement.column_count() > 0 {
            return Err(Error::returns_rows());
        }
        let before = self.raw.total_changes();
        let changed = statement.raw_execute().map_err(|error| self.error(error, text))?;
        // Of a statement that is no `INSERT`, `UPDATE` or `DELETE`, SQLite tells the number of the one before.
        Ok(if self.raw.total_changes() == before { 0 } else { changed as u64 })
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        self.execute(text, &[]).map(|_| ())
    }

    fn in_transaction(&self) -> bool {
        !self.raw.is_autocommit()
    }
}

#[cfg(test)]
mod tests;
