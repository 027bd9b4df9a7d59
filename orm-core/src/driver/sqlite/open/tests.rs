//! How connections are set up, tested inside the driver where no query shows it.

use std::ops::Deref;

use tempfile::TempDir;

use super::*;
use crate::driver::Connection as _;
use crate::row::{Row, RowSink};

/// A connection to a separate file.
struct Opened {
    connection: SqliteConnection,
    _directory: TempDir,
}

impl Deref for Opened {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

fn opened(access: Access) -> Opened {
    let directory = tempfile::tempdir().expect("a directory is created");
    let place = Place::File { path: directory.path().join("test.db"), create: true };
    let options = SqliteOptions::default();
    // The writer is opened first, as in the pool, because it creates the file and its settings.
    let writer = open(&place, Access::Write, &options).expect("the file opens");
    let connection = match access {
        Access::Write => writer,
        Access::Read => open(&place, Access::Read, &options).expect("the file opens"),
    };
    Opened { connection, _directory: directory }
}

fn memory() -> SqliteConnection {
    open(&Place::Memory, Access::Write, &SqliteOptions::default()).expect("it opens")
}

fn pragma(connection: &SqliteConnection, name: &str) -> i64 {
    connection.raw().query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).expect("the pragma answers")
}

/// Receives rows and drops them.
struct Ignore;

impl RowSink for Ignore {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn every_connection_has_the_same_settings() {
    let (reader, writer) = (opened(Access::Read), opened(Access::Write));
    for connection in [&*reader, &*writer, &memory()] {
        let is_on = |setting| connection.raw().db_config(setting).expect("the setting is known");
        assert!(!is_on(DbConfig::SQLITE_DBCONFIG_DQS_DML));
        assert!(!is_on(DbConfig::SQLITE_DBCONFIG_DQS_DDL));
        assert!(!is_on(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA));
        assert!(is_on(DbConfig::SQLITE_DBCONFIG_DEFENSIVE));
        assert!(is_on(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY));
        assert!(is_on(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG));
        assert_eq!(pragma(connection, "foreign_keys"), 1);
        assert_eq!(pragma(connection, "busy_timeout"), 5_000);
    }
}

#[test]
fn a_file_is_logged_ahead_and_synced_normally() {
    for connection in [opened(Access::Read), opened(Access::Write)] {
        let journal: String = connection.raw().query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode");
        assert_eq!(journal, "wal");
        assert_eq!(pragma(&connection, "synchronous"), 1);
    }
}

#[test]
fn a_reader_cannot_write() {
    let mut reader = opened(Access::Read);
    let error = reader.connection.batch("CREATE TABLE t (id INTEGER)").unwrap_err();
    assert!(error.is_read_only(), "{error}");
    assert_eq!(pragma(&reader, "query_only"), 1);
    assert_eq!(pragma(&opened(Access::Write), "query_only"), 0);
}

#[test]
fn a_name_in_double_quotes_is_never_a_string() {
    let mut connection = memory();
    connection.batch("CREATE TABLE t (id INTEGER)").expect("the table is created");
    let error = connection.query("SELECT \"nosuch\" FROM \"t\"", &[], &mut Ignore).unwrap_err();
    assert!(error.is_schema_mismatch());
    assert_eq!(error.column(), Some("nosuch"));
    assert!(connection.batch("CREATE INDEX i ON t (\"nosuch\")").is_err());
}

#[test]
fn a_crafted_schema_cannot_call_our_functions() {
    let mut connection = memory();
    let call = "CREATE VIEW v AS SELECT orm_wanted() AS value";
    let result = connection.batch(call).and_then(|()| connection.query("SELECT value FROM v", &[], &mut Ignore));
    assert!(result.unwrap_err().to_string().contains("unsafe use of orm_wanted()"));
}

#[test]
fn the_schema_cannot_be_edited_as_text() {
    let mut connection = memory();
    connection.batch("PRAGMA writable_schema = ON").expect("the pragma is ignored");
    assert!(connection.batch("UPDATE sqlite_schema SET sql = 'CREATE TABLE x (y)'").is_err());
}
