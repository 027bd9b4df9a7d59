//! A pool for tests: one connection, and all that is done on it is rolled back at the end.

use std::fmt;
use std::sync::Condvar;
use std::time::Duration;

use super::queue::Queue;
use super::{Capacity, Connection, Lease, Pool, Written};
use crate::access::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::{Dialect, Request};
use crate::types::Param;

/// The savepoint of a transaction of the program, or of a statement that runs alone.
const POINT: &str = "orm_sandbox";

/// Stops the statement that runs at this moment.
pub(super) type Stop = Box<dyn Fn() -> Result<()> + Send + Sync>;

/// The one connection, which stands in a transaction that is never committed.
pub(super) struct Sandbox {
    dialect: &'static dyn Dialect,
    pool_timeout: Duration,
    queue: Queue<Option<Nested>, Role, ()>,
    stop: Stop,
}

/// What a driver says of its connection.
pub(super) struct Own {
    pub(super) dialect: &'static dyn Dialect,
    /// What checks the constraints that wait for a commit, and lets them go on waiting.
    pub(super) check_deferred: Option<&'static str>,
    pub(super) pool_timeout: Duration,
    pub(super) stop: Stop,
}

/// What a connection is used for: there is one, which does all.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Role;

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection of the sandbox")
    }
}

impl Sandbox {
    /// Begins the transaction, by a statement of the database's.
    pub(super) fn begin(mut connection: Box<dyn Connection>, own: Own) -> Result<Self> {
        let Own { dialect, check_deferred, pool_timeout, stop } = own;
        connection.batch(dialect.begin(Access::Write))?;
        let nested = Nested { connection, dialect, check_deferred, is_open: false };
        Ok(Sandbox { dialect, pool_timeout, queue: Queue::of(Some(nested)), stop })
    }
}

impl Pool for Sandbox {
    fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    fn capacity(&self) -> Capacity {
        Capacity::alike(1, self.pool_timeout)
    }

    fn lend(&self, _access: Access) -> Result<Lease<'_>> {
        let (lease, connection) = self.queue.take(Role, self.pool_timeout, |state, began| {
            let connection = state.connections.take()?;
            Some((state.holders.note(Role, began, ()), connection))
        })?;
        Ok(Lease::new(Lent { sandbox: self, lease, connection: Some(connection) }))
    }

    fn interrupt(&self) -> Result<()> {
        (self.stop)()
    }
}

/// The lent connection.
struct Lent<'s> {
    sandbox: &'s Sandbox,
    lease: u64,
    /// There until dropped.
    connection: Option<Nested>,
}

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.connection.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut connection = self.connection.take();
        if let Some(connection) = connection.as_mut().filter(|connection| connection.is_open) {
            // A panic left it open. Whether this failed is seen by the connection's state.
            let _ = connection.undo();
        }
        self.sandbox.queue.give_back(self.lease, |place| *place = connection, Condvar::notify_one);
    }
}

/// A connection whose transactions are parts of one that is open.
struct Nested {
    connection: Box<dyn Connection>,
    dialect: &'static dyn Dialect,
    check_deferred: Option<&'static str>,
    /// Whether a transaction of the program is open.
    is_open: bool,
}

impl Nested {
    /// Runs a statement: alone it is a part too, since on some databases an error ends the transaction that it stands in.
    fn run<T>(&mut self, work: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        if self.is_open {
            return work(&mut *self.connection);
        }
        self.open()?;
        let result = work(&mut *self.connection);
        let ended = if result.is_ok() { self.keep() } else { self.undo() };
        let value = result.map_err(Error::rolled_back)?;
        ended.map(|()| value)
    }

    fn open(&mut self) -> Result<()> {
        if !self.connection.in_transaction() {
            let message = "that of the sandbox, in which all others are parts".to_owned();
            return Err(Error::new(ErrorKind::TransactionLost { message }));
        }
        self.connection.batch(&self.dialect.savepoint(POINT))?;
        self.is_open = true;
        Ok(())
    }

    fn keep(&mut self) -> Result<()> {
        if let Some(check) = self.check_deferred {
            self.connection.batch(check)?;
        }
        self.connection.batch(&self.dialect.release(POINT))?;
        self.is_open = false;
        Ok(())
    }

    fn undo(&mut self) -> Result<()> {
        self.is_open = false;
        if !self.connection.in_transaction() {
            return Ok(());
        }
        self.connection.batch(&self.dialect.roll_back_to(POINT))?;
        self.connection.batch(&self.dialect.release(POINT))
    }
}

impl Connection for Nested {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.run(|connection| connection.query(text, params, sink))
    }

    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.run(|connection| connection.query_first(text, params, sink))
    }

    fn ends_at_first(&self) -> bool {
        self.connection.ends_at_first()
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        self.run(|connection| connection.write(text, params, rows))
    }

    fn can_refuse(&self) -> bool {
        true
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut dyn FnMut(usize, Option<&Error>)) -> Result<()> {
        self.run(|connection| connection.query_all(requests, done))
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        self.run(|connection| connection.execute(text, params))
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        match text {
            "ROLLBACK" => self.undo(),
            text => self.run(|connection| connection.batch(text)),
        }
    }

    fn begin(&mut self, _access: Access, _text: &str) -> Result<()> {
        self.open()
    }

    fn commit(&mut self, _access: Access) -> Result<()> {
        self.keep()
    }

    fn in_transaction(&self) -> bool {
        self.is_open && self.connection.in_transaction()
    }
}
