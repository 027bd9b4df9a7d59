//! PostgreSQL through tokio-postgres.

mod address;
mod asker;
mod channel;
mod connection;
mod dial;
mod error;
mod link;
mod lost;
mod now;
mod open;
mod options;
#[cfg(all(feature = "async", unix))]
mod polled;
mod pool;
mod prepared;
mod protection;
mod reactor;
mod receiver;
mod replicas;
#[cfg(all(feature = "async", unix))]
mod script;
mod server;
mod setup;
mod statements;
mod stock;
mod stop;
mod stopper;
mod target;
mod test_schema;
mod tls;
mod value;
mod waiter;
mod wire;

use std::sync::Arc;

use super::Pool;
use super::sandbox::{Own, Sandbox};
use crate::access::Access;
use crate::error::{Error, Result};
use crate::sql::Dialect;
use crate::sql::postgres::POSTGRES;
use address::Address;
use pool::PostgresPool;
use replicas::Replicated;
use test_schema::TestSchema;
use waiter::after;

pub use options::PostgresOptions;
pub use setup::PostgresSetup;

/// Checks deferred constraints, which become deferred again when this is rolled back.
const CHECK_DEFERRED: &str = "SAVEPOINT orm_deferred; SET CONSTRAINTS ALL IMMEDIATE; \
                              ROLLBACK TO orm_deferred; RELEASE orm_deferred";

/// How SQL is written for PostgreSQL.
pub(crate) const DIALECT: &dyn Dialect = &POSTGRES;

impl PostgresOptions {
    /// The pools of connections to a database and its replicas.
    pub(crate) fn pool(self, url: &str) -> Result<Box<dyn Pool>> {
        let mut address = Address::parse(url)?;
        self.apply(&mut address, self.serializable);
        match (self.has_test_schema, self.is_sandbox) {
            (true, true) => {
                return Err(Error::invalid("`sandbox` and `test_schema` cannot be combined; use one of them"));
            }
            (true, false) => return Ok(Box::new(TestSchema::create(address, self)?)),
            (false, true) => return self.sandboxed(address),
            (false, false) => {}
        }
        let replicas = self.replicas.iter().map(|url| {
            let mut address = Address::parse(url)?;
            // A replica has no serializable transactions, and needs none.
            self.apply(&mut address, false);
            Ok(PostgresPool::of_replica(address, self.clone()))
        });
        let replicas = replicas.collect::<Result<Vec<_>>>()?;
        let (lag, primary) = (self.replica_lag, PostgresPool::open(address, self)?);
        if replicas.is_empty() {
            return Ok(Box::new(primary));
        }
        if let Some(database) = primary.server().without_replicas() {
            return Err(Error::invalid(format!(
                "{database} has no replicas that follow a primary; leave out `replica`: every server of it reads and writes"
            )));
        }
        Ok(Box::new(Replicated::new(primary, replicas, lag)))
    }

    fn sandboxed(self, address: Address) -> Result<Box<dyn Pool>> {
        let address = Arc::new(address);
        let mut connection = open::open(&address, &self)?;
        connection.lend(Access::Write);
        let (dialect, stopper) = (connection.server().dialect(), connection.stopper());
        let stop = Box::new(move || stopper.stop(&address, after(address.connect_timeout(self.connect_timeout))));
        let own = Own { dialect, check_deferred: Some(CHECK_DEFERRED), pool_timeout: self.pool_timeout, stop };
        Ok(Box::new(Sandbox::begin(Box::new(connection), own)?))
    }

    /// Adds the settings at the start of each connection.
    fn apply(&self, address: &mut Address, serializable: bool) {
        address.largest_message = self.max_message_size;
        for (name, timeout) in [("statement_timeout", self.statement_timeout), ("lock_timeout", self.lock_timeout)] {
            if let Some(timeout) = timeout {
                // The server counts milliseconds in an `i32`, and 0 means no limit.
                address.set(name, &timeout.as_millis().clamp(1, i32::MAX as u128).to_string());
            }
        }
        if serializable {
            address.set("default_transaction_isolation", "serializable");
        }
        if address.config.get_application_name().is_none() {
            address.config.application_name("orm");
        }
    }
}
