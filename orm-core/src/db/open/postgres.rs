//! Connecting to PostgreSQL databases.

use super::super::Db;
use crate::driver::postgres::PostgresOptions;
use crate::error::Result;

impl Db {
    /// Connects to a PostgreSQL database: `postgres://user:password@host:port/database`.
    ///
    /// One connection is opened, and more when several threads need one. The calling thread does all the work: there is
    /// no runtime to start, and calling it from within one is fine.
    ///
    /// # Errors
    ///
    /// [`is_invalid`](crate::error::Error::is_invalid) when the URL is not one, and
    /// [`is_open_failure`](crate::error::Error::is_open_failure) when the server cannot be reached or refuses. No error
    /// shows the password.
    pub fn connect(url: &str) -> Result<Db> {
        PostgresOptions::default().connect(url)
    }

    /// How a PostgreSQL database is connected to, to be changed from the defaults.
    pub fn postgres() -> PostgresOptions {
        PostgresOptions::default()
    }
}

impl PostgresOptions {
    /// Connects to a database by its URL.
    ///
    /// # Errors
    ///
    /// As [`Db::connect`].
    pub fn connect(self, url: &str) -> Result<Db> {
        let n_plus_one = self.n_plus_one;
        Ok(Db::new(self.pool(url)?, n_plus_one))
    }
}
