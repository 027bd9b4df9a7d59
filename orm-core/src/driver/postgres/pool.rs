//! The pool: connections for all kinds of work, up to a maximum.

use std::sync::Arc;

use super::address::Address;
use super::options::PostgresOptions;
#[cfg(all(feature = "async", unix))]
use super::polled::PolledConnection;
#[cfg(all(feature = "async", unix))]
use super::reactor;
use super::server::Server;
use super::stock::{Lent, Stock};
use crate::access::Access;
#[cfg(all(feature = "async", unix))]
use crate::driver::Polled;
use crate::driver::{Capacity, Connection, Lease, Pool};
use crate::error::Result;
use crate::sql::Dialect;

/// Connections to one PostgreSQL server.
pub(super) struct PostgresPool(Arc<Stock>);

impl PostgresPool {
    /// A pool whose first connection is open.
    pub(super) fn open(address: Address, options: PostgresOptions) -> Result<Self> {
        Ok(PostgresPool(Arc::new(Stock::open(address, options)?)))
    }

    /// A pool that opens connections to a replica of PostgreSQL when they are needed.
    pub(super) fn of_replica(address: Address, options: PostgresOptions) -> Self {
        PostgresPool(Arc::new(Stock::empty(address, options, Server::Postgres)))
    }

    /// The database of its first connection.
    pub(super) fn server(&self) -> Server {
        self.0.server
    }
}

impl Pool for PostgresPool {
    fn dialect(&self) -> &'static dyn Dialect {
        self.0.server.dialect()
    }

    fn capacity(&self) -> Capacity {
        Capacity::alike(self.0.options.connections, self.0.options.pool_timeout)
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        self.0.lend(access).map(Lease::new)
    }

    #[cfg(all(feature = "async", unix))]
    fn is_polled(&self) -> bool {
        reactor::is_there()
    }

    #[cfg(all(feature = "async", unix))]
    fn lend_polled(&self, access: Access) -> Option<Box<dyn Polled>> {
        let (lease, connection) = self.0.take_idle(access)?;
        Some(Box::new(PolledConnection::new(Arc::clone(&self.0), lease, connection)))
    }

    fn interrupt(&self) -> Result<()> {
        self.0.interrupt()
    }
}

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.connection()
    }
}
