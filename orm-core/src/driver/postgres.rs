//! PostgreSQL through tokio-postgres.

mod address;
mod connection;
mod error;
mod link;
mod pool;
mod statements;
mod tls;
mod value;
mod wire;

use std::fmt::Write as _;
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
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) serializable: bool,
    pub(crate) cached_statements: usize,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        PostgresOptions {
            connections: 10,
            connect_timeout: Duration::from_secs(10),
            pool_timeout: Duration::from_secs(10),
            statement_timeout: None,
            lock_timeout: None,
            serializable: false,
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

    /// How long a statement may run before the server stops it with an error,
    /// [`is_statement_timeout`](crate::error::Error::is_statement_timeout). What the server is set to by default.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How long to wait for a lock that another transaction holds, before an error,
    /// [`is_busy`](crate::error::Error::is_busy). What the server is set to by default, which mostly is no limit.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Lets write transactions run as if one after the other, `SERIALIZABLE` in SQL. One that cannot fails with
    /// [`is_conflict`](crate::error::Error::is_conflict), and
    /// [`transaction_with_retries`](Db::transaction_with_retries) runs it again. By default a transaction sees what
    /// others have committed meanwhile, as PostgreSQL's default is.
    pub fn serializable(mut self) -> Self {
        self.serializable = true;
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
        let mut address = Address::parse(url)?;
        self.apply(&mut address);
        Ok(Db::new(PostgresPool::open(address, self)?))
    }

    /// Adds what the server is told at the start of each connection.
    fn apply(&self, address: &mut Address) {
        let mut options = address.config.get_options().unwrap_or_default().to_owned();
        let mut set = |name: &str, value: &str| {
            let _ = write!(options, "{}-c {name}={value}", if options.is_empty() { "" } else { " " });
        };
        for (name, timeout) in [("statement_timeout", self.statement_timeout), ("lock_timeout", self.lock_timeout)] {
            if let Some(timeout) = timeout {
                // The server counts milliseconds in an `i32`, and 0 stands for no limit.
                set(name, &timeout.as_millis().clamp(1, i32::MAX as u128).to_string());
            }
        }
        if self.serializable {
            set("default_transaction_isolation", "serializable");
        }
        if !options.is_empty() {
            address.config.options(options);
        }
        if address.config.get_application_name().is_none() {
            address.config.application_name("orm");
        }
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
