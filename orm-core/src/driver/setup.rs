//! The program's hook for new connections.

use super::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{FromRow, Row, RowSink, Tuples, WrittenRows};
use crate::sql::{Dialect, RawSql};

/// Runs a statement, and discards its rows.
pub(super) fn execute(connection: &mut dyn Connection, dialect: &dyn Dialect, statement: &RawSql) -> Result<()> {
    run(connection, dialect, statement, &mut Dropped)
}

/// Runs a statement and reads its rows as tuples.
pub(super) fn tuples<T: FromRow>(
    connection: &mut dyn Connection,
    dialect: &dyn Dialect,
    statement: &RawSql,
) -> Result<Vec<T>> {
    let mut rows = Tuples(Vec::new());
    run(connection, dialect, statement, &mut rows)?;
    Ok(rows.0)
}

/// The result of the hook on a connection to `what`.
pub(super) fn finished(result: Result<()>, connection: &dyn Connection, what: &str) -> Result<()> {
    let problem = match result {
        Ok(()) if !connection.in_transaction() => return Ok(()),
        Ok(()) => "`on_connect` left a transaction open".to_owned(),
        Err(error) => return Err(failed(what, &format!("`on_connect` failed: {error}")).caused_by(error)),
    };
    Err(failed(what, &problem))
}

fn run(
    connection: &mut dyn Connection,
    dialect: &dyn Dialect,
    statement: &RawSql,
    sink: &mut dyn RowSink,
) -> Result<()> {
    let statement = statement.statement(dialect)?;
    let written = connection.write(&statement.text, &statement.params, &mut WrittenRows::any_number(sink));
    written.map(|_| ()).map_err(|error| error.with_statement(&statement.text))
}

fn failed(what: &str, problem: &str) -> Error {
    Error::new(ErrorKind::Open { what: what.to_owned(), problem: problem.to_owned() })
}

struct Dropped;

impl RowSink for Dropped {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        Ok(())
    }
}
