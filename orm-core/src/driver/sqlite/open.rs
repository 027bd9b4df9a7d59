//! Opening a connection: the settings of SQLite, and the program's hook.

use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, vtab};

use super::connection::SqliteConnection;
use super::error;
use super::options::SqliteOptions;
use super::place::{Place, literal};
use super::setup::SqliteSetup;
use crate::access::Access;
use crate::driver::setup;
use crate::error::{Error, ErrorKind, Result};

/// Opens a connection that reads, or reads and writes.
pub(super) fn open(place: &Place, access: Access, options: &SqliteOptions) -> Result<SqliteConnection> {
    let what = place.to_string();
    if let Some(problem) = place.problem() {
        return Err(Error::new(ErrorKind::Open { what, problem: problem.to_owned() }));
    }
    let opened = match place {
        Place::File { path, create } => Connection::open_with_flags(literal(path), flags(options, *create)),
        Place::Memory => Connection::open_in_memory_with_flags(flags(options, true)),
    };
    let raw = opened.map_err(|error| error::convert_open(error, &what))?;
    set_up(&raw, place, access, options).map_err(|error| error::convert_open(error, &what))?;
    let is_to_write = access == Access::Write && !options.read_only;
    let mut connection = SqliteConnection::new(raw, is_to_write, busy_timeout(options), options.statement_timeout)?;
    for hook in &options.on_connect {
        let result = hook(&mut SqliteSetup::new(&mut connection));
        setup::finished(result, &connection, &what)?;
    }
    finish(connection.raw(), place, access, options).map_err(|error| error::convert_open(error, &what))?;
    if let (Place::File { .. }, true) = (place, is_to_write && options.wal_limit < u64::MAX) {
        connection.limit_log(options.wal_limit);
    }
    Ok(connection)
}

fn flags(options: &SqliteOptions, create: bool) -> OpenFlags {
    let access = match (options.read_only, create) {
        (true, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        (false, true) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        (false, false) => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    // Each connection is used by one thread at a time, so SQLite's own locks are unnecessary.
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// SQLite counts milliseconds in an `i32`, and rusqlite panics above.
fn busy_timeout(options: &SqliteOptions) -> Duration {
    options.busy_timeout.min(Duration::from_millis(i32::MAX as u64))
}

fn set_up(raw: &Connection, place: &Place, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    raw.busy_timeout(busy_timeout(options))?;
    // A misspelled name is an error, and not a string, unless the file needs that.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, options.double_quoted_strings)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, options.double_quoted_strings)?;
    // A crafted file can do less harm.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, options.foreign_keys)?;
    // Without this, each execution of a cached statement prepares it again after the database was analyzed.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    vtab::array::load_module(raw)?;
    raw.set_prepared_statement_cache_capacity(options.cached_statements);
    if let Place::File { .. } = place {
        set_up_file(raw, access, options)?;
    }
    // Reading the header shows whether the file is a database.
    raw.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

fn set_up_file(raw: &Connection, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    if !options.read_only && access == Access::Write {
        // A file that cannot be written keeps its journal mode; writing it returns its own error.
        match raw.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly) => {}
            result => result?,
        }
    }
    raw.execute_batch("PRAGMA synchronous = NORMAL")?;
    // A negative cache size is in KiB instead of pages. The part of the log that a large transaction added is truncated
    // when the log restarts.
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

/// The steps after the program's hook.
fn finish(raw: &Connection, place: &Place, access: Access, options: &SqliteOptions) -> rusqlite::Result<()> {
    if !options.on_connect.is_empty() {
        // The schema is read again after functions are defined, because SQLite checks only then what they may do in a
        // table.
        raw.execute_batch("PRAGMA writable_schema = RESET")?;
        raw.prepare("SELECT 1 FROM sqlite_schema").map(drop)?;
    }
    if let (Place::File { .. }, Access::Read) = (place, access) {
        raw.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
