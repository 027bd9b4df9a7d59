//! The pool: connections that do all work, as many as are allowed.

use std::fmt;
use std::sync::{Arc, Condvar};

use super::address::Address;
use super::connection::PostgresConnection;
use super::open::open;
use super::options::PostgresOptions;
use super::server::Server;
use super::stopper::Stopper;
use super::waiter::after;
use crate::access::Access;
use crate::driver::queue::Queue;
use crate::driver::{Capacity, Connection, Lease, Pool};
use crate::error::Result;
use crate::sql::Dialect;

/// Connections to one PostgreSQL server.
pub(super) struct PostgresPool {
    address: Arc<Address>,
    options: PostgresOptions,
    server: Server,
    queue: Queue<Connections, Role, Option<Stopper>>,
}

#[derive(Default)]
struct Connections {
    /// The last one returned comes first: the server's memory of it is the warmest.
    idle: Vec<PostgresConnection>,
    /// How many are open or being opened, lent ones included.
    open: usize,
}

impl Connections {
    /// An idle connection that need not change for this access; another one only if no more can be opened.
    fn take_idle(&mut self, access: Access, most: usize) -> Option<PostgresConnection> {
        match self.idle.iter().rposition(|connection| connection.mode() == access) {
            Some(position) => Some(self.idle.remove(position)),
            None if self.open < most => None,
            None => self.idle.pop(),
        }
    }
}

/// What a connection is used for: here all are alike.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Role;

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connection")
    }
}

impl PostgresPool {
    /// A pool whose first connection is open.
    pub(super) fn open(address: Address, options: PostgresOptions) -> Result<Self> {
        let address = Arc::new(address);
        let first = open(&address, &options)?;
        let server = first.server();
        let queue = Queue::of(Connections { idle: vec![first], open: 1 });
        Ok(PostgresPool { address, options, server, queue })
    }

    /// A pool that opens connections to a replica of PostgreSQL when they are needed.
    pub(super) fn of_replica(address: Address, options: PostgresOptions) -> Self {
        let server = Server::Postgres;
        PostgresPool { address: Arc::new(address), options, server, queue: Queue::of(Connections::default()) }
    }

    /// The database that its first connection leads to.
    pub(super) fn server(&self) -> Server {
        self.server
    }

    /// A connection that is ready: the one that was idle, if its server is still there, or a new one.
    fn ready(&self, idle: Option<PostgresConnection>, access: Access) -> Result<PostgresConnection> {
        let mut connection = match idle.and_then(PostgresConnection::alive) {
            Some(connection) => connection,
            None => open(&self.address, &self.options)?,
        };
        connection.lend(access);
        Ok(connection)
    }

    /// Ends a lease. Without a connection there is room for a new one.
    fn give_back(&self, lease: u64, connection: Option<PostgresConnection>) {
        let put = |connections: &mut Connections| match connection {
            Some(connection) => connections.idle.push(connection),
            None => connections.open -= 1,
        };
        self.queue.give_back(lease, put, Condvar::notify_one);
    }
}

impl Pool for PostgresPool {
    fn dialect(&self) -> &'static dyn Dialect {
        self.server.dialect()
    }

    fn capacity(&self) -> Capacity {
        Capacity::alike(self.options.connections, self.options.pool_timeout)
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        let most = self.options.connections;
        let (lease, idle) = self.queue.take(Role, self.options.pool_timeout, |state, began| {
            let idle = state.connections.take_idle(access, most);
            if idle.is_none() {
                if state.connections.open >= most {
                    return None;
                }
                state.connections.open += 1;
            }
            Some((state.holders.note(Role, began, idle.as_ref().map(PostgresConnection::stopper)), idle))
        })?;
        // Connecting takes a while, in which others can go on.
        let mut lent = Lent { pool: self, lease, connection: None };
        let (is_new, connection) = (idle.is_none(), self.ready(idle, access)?);
        if is_new {
            self.queue.lock().holders.set_handle(lease, Some(connection.stopper()));
        }
        lent.connection = Some(connection);
        Ok(Lease::new(lent))
    }

    fn interrupt(&self) -> Result<()> {
        let stoppers: Vec<Stopper> = self.queue.lock().holders.handles().flatten().cloned().collect();
        // A server that one request does not reach is not given the time again for the next.
        let deadline = after(self.address.connect_timeout(self.options.connect_timeout));
        let told = stoppers.iter().map(|stopper| stopper.stop(&self.address, deadline));
        told.fold(Ok(()), Result::and)
    }
}

/// A lent connection.
struct Lent<'p> {
    pool: &'p PostgresPool,
    lease: u64,
    /// There until dropped, once it is open.
    connection: Option<PostgresConnection>,
}

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.connection.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // Whoever panicked between BEGIN and COMMIT left a transaction open.
        let connection = self.connection.take();
        self.pool.give_back(self.lease, connection.and_then(PostgresConnection::cleaned));
    }
}
