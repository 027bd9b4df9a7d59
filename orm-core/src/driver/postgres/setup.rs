//! A new connection to PostgreSQL in the hands of the program's hook.

use std::fmt;

use super::connection::PostgresConnection;
use crate::driver::setup;
use crate::error::Result;
use crate::row::FromRow;
use crate::sql::RawSql;

/// A new connection to PostgreSQL, before its first use; what [`on_connect`](super::PostgresOptions::on_connect) hands out.
pub struct PostgresSetup<'c> {
    connection: &'c mut PostgresConnection,
}

impl<'c> PostgresSetup<'c> {
    pub(super) fn new(connection: &'c mut PostgresConnection) -> Self {
        PostgresSetup { connection }
    }

    /// Runs a statement on the connection and drops its rows: a text, or [`orm::sql`](crate::sql::sql) with bound values.
    /// `SET` takes no parameters, and `set_config` does.
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
    /// Returns the error of the statement.
    pub fn execute(&mut self, statement: impl Into<RawSql>) -> Result<()> {
        let dialect = self.connection.server().dialect();
        setup::execute(self.connection, dialect, &statement.into())
    }

    /// Runs a statement on the connection and reads its rows as tuples.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement, and an error if a column does not fit its type.
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
