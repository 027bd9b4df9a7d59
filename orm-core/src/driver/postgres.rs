//! PostgreSQL through tokio-postgres.

mod address;
mod connection;
mod error;
mod link;
mod pool;
mod statements;
mod value;
mod wire;

use std::time::Duration;

use crate::db::Db;
use crate::error::Result;
use address::Address;
use pool::PostgresPool;

/// How a PostgreSQL database is connected to. [`Db::connect`] uses the defaults.
#[derive(Clone, Debug)]
#[must_use = "options do nothing until a database is connected to with them"]
pub struct PostgresOptions {
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_timeout: Duration,
    pub(crate) cached_statements: usize,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        PostgresOptions {
            connections: 10,
            connect_timeout: Duration::from_secs(10),
            pool_timeout: Duration::from_secs(10),
            cached_statements: 128,
        }
    }
}

impl PostgresOptions {
    /// At most so many connections. 10 by default, at least 1.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How long connecting to the server may take. 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long to wait for a connection when other threads of this program use all of them. 10 seconds by default.
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = timeout;
        self
    }

    /// How many prepared statements each connection keeps. 128 by default.
    pub fn cached_statements(mut self, statements: usize) -> Self {
        self.cached_statements = statements;
        self
    }

    /// Connects to a database by its URL.
    ///
    /// # Errors
    ///
    /// As [`Db::connect`].
    pub fn connect(self, url: &str) -> Result<Db> {
        Ok(Db::new(PostgresPool::open(Address::parse(url)?, self)?))
    }
}

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
