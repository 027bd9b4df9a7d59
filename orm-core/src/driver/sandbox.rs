//! A pool for tests: one connection, whose changes are all rolled back at the end.

use std::fmt;
use std::sync::Condvar;
use std::time::Duration;

use super::queue::Queue;
use super::{Capacity, Connection, Done, Inserted, Lease, Pool, Written};
use crate::access::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::{Dialect, Request};
use crate::types::Param;

/// The savepoint of a transaction of the program, or of a single statement.
const POINT: &str = "orm_sandbox";

/// Interrupts the running statement.
pub(super) type Stop = Box<dyn Fn() -> Result<()> + Send + Sync>;

/// The only connection, in a transaction that is never committed.
pub(super) struct Sandbox {
    dialect: &'static dyn Dialect,
    pool_timeout: Duration,
    queue: Queue<Option<Nested>, Role, ()>,
    stop: Stop,
}

/// What a driver specifies for its connection.
pub(super) struct Own {
    pub(super) dialect: &'static dyn Dialect,
    /// The statement that checks deferred constraints, and keeps them deferred.
    pub(super) check_deferred: Option<&'static str>,
    pub(super) pool_timeout: Duration,
    pub(super) stop: Stop,
}

/// The role of a connection: there is only one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Role;

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection of the sandbox")
    }
}

impl Sandbox {
    /// Begins the transaction, with a statement of the database.
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

/// The checked-out connection.
struct Lent<'s> {
    sandbox: &'s Sandbox,
    lease: u64,
    /// Set until it is dropped.
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
            // A panic left it open. The state of the connection shows whether this failed.
            let _ = connection.undo();
        }
        self.sandbox.queue.give_back(self.lease, |place| *place = connection, Condvar::notify_one);
    }
}

/// A connection whose transactions are savepoints of an open transaction.
struct Nested {
    connection: Box<dyn Connection>,
    dialect: &'static dyn Dialect,
    check_deferred: Option<&'static str>,
    /// Whether a transaction of the program is open.
    is_open: bool,
}

impl Nested {
    /// Runs a statement: a single statement has a savepoint too, because on some databases an error aborts the whole
    /// transaction.
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
            let message = "the transaction of the sandbox, which contains all others".to_owned();
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

    fn insert(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        of_row: usize,
        key: &mut dyn FnMut(i64),
    ) -> Result<Option<Inserted>> {
        self.run(|connection| connection.insert(text, params, of_row, key))
    }

    fn tells_of_inserts(&self) -> bool {
        self.connection.tells_of_inserts()
    }

    fn can_refuse(&self) -> bool {
        true
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut Done<'_>) -> Result<()> {
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
