//! A new connection to PostgreSQL, for the program's hook.

use std::fmt;

use super::connection::PostgresConnection;
use crate::driver::setup;
use crate::error::Result;
use crate::row::FromRow;
use crate::sql::RawSql;

/// A new connection to PostgreSQL, before its first use: the argument of the function of
/// [`on_connect`](super::PostgresOptions::on_connect).
pub struct PostgresSetup<'c> {
    connection: &'c mut PostgresConnection,
}

impl<'c> PostgresSetup<'c> {
    pub(super) fn new(connection: &'c mut PostgresConnection) -> Self {
        PostgresSetup { connection }
    }

    /// Runs a statement on the connection and discards its rows: SQL text, or [`orm::sql`](crate::sql::sql) with bound
    /// values. `SET` takes no parameters, but `set_config` does.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let tenant = 7;
    /// # let db = Db::postgres().on_connect(move |connection| {
    /// connection.execute("SET search_path = app, public")?;
    /// connection.execute(orm::sql("SELECT set_config('app.tenant', $1, false)").bind(tenant))?;
    /// # Ok(())
    /// # }).connect("postgres://localhost/shop")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    pub fn execute(&mut self, statement: impl Into<RawSql>) -> Result<()> {
        let dialect = self.connection.server().dialect();
        setup::execute(self.connection, dialect, &statement.into())
    }

    /// Runs a statement on the connection and reads its rows as tuples.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails, or if a column does not fit its type.
    pub fn tuples<T: FromRow>(&mut self, statement: impl Into<RawSql>) -> Result<Vec<T>> {
        let dialect = self.connection.server().dialect();
        setup::tuples(self.connection, dialect, &statement.into())
    }
}

impl fmt::Debug for PostgresSetup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresSetup")
    }
}
