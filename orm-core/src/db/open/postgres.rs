//! Connecting to PostgreSQL databases.

use super::super::Db;
use crate::driver::postgres::PostgresOptions;
use crate::error::Result;

impl Db {
    /// Connects to a PostgreSQL database: `postgres://user:password@host:port/database`.
    ///
    /// Opens one connection, and more when several threads need one. The calling thread does all the work: no async
    /// runtime is needed, and you may call it from within one.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](crate::error::Error::is_invalid) if the URL is malformed, and one that
    /// [`is_open_failure`](crate::error::Error::is_open_failure) if the server cannot be reached or refuses the
    /// connection. No error shows the password.
    pub fn connect(url: &str) -> Result<Db> {
        PostgresOptions::default().connect(url)
    }

    /// Returns the connection options of PostgreSQL, with their defaults.
    pub fn postgres() -> PostgresOptions {
        PostgresOptions::default()
    }
}

impl PostgresOptions {
    /// Connects to a database by its URL.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::connect`].
    pub fn connect(self, url: &str) -> Result<Db> {
        let n_plus_one = self.n_plus_one;
        Ok(Db::new(self.pool(url)?, n_plus_one))
    }
}
