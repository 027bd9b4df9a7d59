//! The connections of a pool: idle ones, the users of the others, and opening new ones.

use std::fmt;
use std::sync::{Arc, Condvar};
#[cfg(all(feature = "async", unix))]
use std::time::Instant;

use super::address::Address;
use super::connection::PostgresConnection;
use super::open::open;
use super::options::PostgresOptions;
use super::server::Server;
use super::stopper::Stopper;
use super::waiter::after;
use crate::access::Access;
use crate::driver::queue::Queue;
use crate::error::Result;

/// The connections of a pool. Connections of tasks share it with the pool.
pub(super) struct Stock {
    address: Arc<Address>,
    pub(super) options: PostgresOptions,
    pub(super) server: Server,
    queue: Queue<Connections, Role, Option<Arc<Stopper>>>,
}

#[derive(Default)]
struct Connections {
    /// The last one that was returned comes first, because its caches in the server are the warmest.
    #[expect(clippy::vec_box, reason = "a connection is large, and moves to the task that uses it")]
    idle: Vec<Box<PostgresConnection>>,
    /// The number of connections that are open or being opened, including those in use.
    open: usize,
}

impl Connections {
    /// An idle connection that needs no change of mode; another one only if no more can be opened.
    fn take_idle(&mut self, access: Access, most: usize) -> Option<Box<PostgresConnection>> {
        match self.idle.iter().rposition(|connection| connection.mode() == access) {
            Some(position) => Some(self.idle.remove(position)),
            None if self.open < most => None,
            None => self.idle.pop(),
        }
    }
}

/// The role of a connection: here all have the same.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Role;

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connection")
    }
}

impl Stock {
    /// Connections of which the first one is open.
    pub(super) fn open(address: Address, options: PostgresOptions) -> Result<Self> {
        let address = Arc::new(address);
        let first = open(&address, &options)?;
        let server = first.server();
        let queue = Queue::of(Connections { idle: vec![Box::new(first)], open: 1 });
        Ok(Stock { address, options, server, queue })
    }

    /// Connections to a server of a kind that are opened when they are needed.
    pub(super) fn empty(address: Address, options: PostgresOptions, server: Server) -> Self {
        Stock { address: Arc::new(address), options, server, queue: Queue::of(Connections::default()) }
    }

    /// Checks out a connection, waiting for one if all are in use.
    pub(super) fn lend(&self, access: Access) -> Result<Lent<'_>> {
        let most = self.options.connections;
        let (lease, idle) = self.queue.take(Role, self.options.pool_timeout, |state, began| {
            let idle = state.connections.take_idle(access, most);
            if idle.is_none() {
                if state.connections.open >= most {
                    return None;
                }
                state.connections.open += 1;
            }
            Some((state.holders.note(Role, began, idle.as_ref().map(|connection| connection.stopper())), idle))
        })?;
        // Connecting takes a while, so the lock is released.
        let mut lent = Lent { stock: self, lease, connection: None };
        let (is_new, connection) = (idle.is_none(), self.ready(idle, access)?);
        if is_new {
            self.queue.lock().holders.set_handle(lease, Some(connection.stopper()));
        }
        lent.connection = Some(connection);
        Ok(lent)
    }

    /// Checks out an idle connection, with the number of its lease. `None` if one would have to be awaited or opened.
    #[cfg(all(feature = "async", unix))]
    pub(super) fn take_idle(&self, access: Access) -> Option<(u64, Box<PostgresConnection>)> {
        let mut state = self.queue.lock();
        let connection = state.connections.take_idle(access, self.options.connections)?;
        let lease = state.holders.note(Role, Instant::now(), Some(connection.stopper()));
        drop(state);
        let Some(mut connection) = connection.alive() else {
            self.give_back(lease, None);
            return None;
        };
        connection.lend(access);
        Some((lease, connection))
    }

    /// A usable connection: the idle one, if its server is still there, or a new one.
    fn ready(&self, idle: Option<Box<PostgresConnection>>, access: Access) -> Result<Box<PostgresConnection>> {
        let mut connection = match idle.and_then(PostgresConnection::alive) {
            Some(connection) => connection,
            None => Box::new(open(&self.address, &self.options)?),
        };
        connection.lend(access);
        Ok(connection)
    }

    /// Ends a lease. Without a connection, a new one can be opened.
    pub(super) fn give_back(&self, lease: u64, connection: Option<Box<PostgresConnection>>) {
        // A panic between BEGIN and COMMIT left a transaction open.
        let connection = connection.and_then(PostgresConnection::cleaned);
        let put = |connections: &mut Connections| match connection {
            Some(connection) => connections.idle.push(connection),
            None => connections.open -= 1,
        };
        self.queue.give_back(lease, put, Condvar::notify_one);
    }

    /// Interrupts the statements that are running.
    pub(super) fn interrupt(&self) -> Result<()> {
        let stoppers: Vec<Arc<Stopper>> = self.queue.lock().holders.handles().flatten().cloned().collect();
        // If one request does not reach a server, the next one does not get the time again.
        let deadline = after(self.address.connect_timeout(self.options.connect_timeout));
        let told = stoppers.iter().map(|stopper| stopper.stop(&self.address, deadline));
        told.fold(Ok(()), Result::and)
    }
}

/// A checked-out connection.
pub(super) struct Lent<'p> {
    stock: &'p Stock,
    lease: u64,
    /// Set until it is dropped, after it was opened.
    connection: Option<Box<PostgresConnection>>,
}

impl Lent<'_> {
    pub(super) fn connection(&mut self) -> &mut PostgresConnection {
        self.connection.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.stock.give_back(self.lease, self.connection.take());
    }
}
