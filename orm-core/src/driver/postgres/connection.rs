//! One connection to PostgreSQL: how statements run on it.

mod sending;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::channel::Channel;
use super::now::now;
use super::prepared::Prepared;
#[cfg(all(feature = "async", unix))]
use super::reactor::Turn;
use super::receiver::{Asked, Receiver};
use super::server::Server;
use super::statements::Statements;
use super::stopper::Stopper;
use super::value::PostgresRow;
use super::wire::Status;
use crate::access::Access;
use crate::driver::{Connection, Done, Written};
use crate::error::{Error, Result};
use crate::row::{Row, RowSink, WrittenRows};
use crate::sql::{Request, Sql};
use crate::types::Param;

/// A connection to PostgreSQL.
pub(super) struct PostgresConnection {
    channel: Channel,
    statements: Statements,
    stopper: Arc<Stopper>,
    /// The statement that begins a write transaction, until something runs in it.
    begun: Option<Box<str>>,
    /// Whether the open transaction ends with the next statement.
    ends: Ends,
    /// The program has changed the session, so the connection cannot be reused.
    is_changed: bool,
    /// When it was returned to its pool.
    idle_since: Instant,
}

/// How long after its last use a connection is assumed to be alive: checking costs a system call.
const FRESH: Duration = Duration::from_millis(1);

/// How a read transaction ends.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Ends {
    /// With a separate statement.
    #[default]
    Alone,
    /// With the next statement.
    WithNext,
    /// It ended with a statement, which the caller does not know yet.
    Ended,
}

impl PostgresConnection {
    /// A connection over a channel, which keeps some prepared statements.
    pub(super) fn new(channel: Channel, statements: Statements) -> Self {
        let stopper = Arc::new(channel.stopper());
        PostgresConnection {
            channel,
            statements,
            stopper,
            begun: None,
            ends: Ends::Alone,
            is_changed: false,
            idle_since: Instant::now(),
        }
    }

    /// The database of the server.
    pub(super) fn server(&self) -> Server {
        self.channel.server()
    }

    /// Interrupts the statement that runs on the connection.
    pub(super) fn stopper(&self) -> Arc<Stopper> {
        Arc::clone(&self.stopper)
    }

    /// Whether a thread or a task waits for its answers.
    #[cfg(all(feature = "async", unix))]
    pub(super) fn turn(&self) -> Arc<Turn> {
        self.channel.turn()
    }

    /// Sets whether the connection was checked out for reading or writing.
    pub(super) fn lend(&mut self, access: Access) {
        self.channel.lend(access);
    }

    /// What the connection can do without a change of mode.
    pub(super) fn mode(&self) -> Access {
        self.channel.mode()
    }

    /// Keeps the changes of the program's hook, which apply to all users of the connection.
    pub(super) fn accept_changes(&mut self) {
        self.is_changed = false;
    }

    /// The connection, if it is outside of transactions and the server is still there, as far as is known without a
    /// round trip.
    pub(super) fn alive(mut self: Box<Self>) -> Option<Box<Self>> {
        let is_fresh = self.idle_since.elapsed() < FRESH && !self.channel.is_lost();
        ((is_fresh || !self.channel.is_gone()) && !self.in_transaction()).then_some(self)
    }

    /// The connection after a rollback of its user's transaction; `None` if it cannot be reused.
    pub(super) fn cleaned(mut self: Box<Self>) -> Option<Box<Self>> {
        if self.is_changed {
            return None;
        }
        self.channel.set_ahead(Vec::new());
        self.ends = Ends::Alone;
        if self.in_transaction() && (self.batch("ROLLBACK").is_err() || self.in_transaction()) {
            return None;
        }
        self.idle_since = Instant::now();
        (!self.channel.is_lost()).then_some(self)
    }
}

/// Passes rows to a sink for each statement.
struct Sinks<'s, 'a> {
    requests: &'s mut [Request<'a>],
    done: &'s mut Done<'s>,
}

impl Receiver for Sinks<'_, '_> {
    fn take(&mut self, at: usize, row: tokio_postgres::Row, prepared: &Arc<Prepared>) -> Result<()> {
        self.requests[at].sink.row(Row::new(&PostgresRow::new(&row, &prepared.shapes)))
    }

    fn ended(&mut self, at: usize, error: Option<&Error>) {
        (self.done)(at, None, error);
    }
}

/// Passes the rows of one statement to a sink.
struct Sink<'s> {
    sink: &'s mut dyn RowSink,
    /// Whether the sink has refused a row.
    has_refused: bool,
}

impl<'s> Sink<'s> {
    fn new(sink: &'s mut dyn RowSink) -> Self {
        Sink { sink, has_refused: false }
    }
}

impl Receiver for Sink<'_> {
    fn take(&mut self, _: usize, row: tokio_postgres::Row, prepared: &Arc<Prepared>) -> Result<()> {
        let taken = self.sink.row(Row::new(&PostgresRow::new(&row, &prepared.shapes)));
        self.has_refused = taken.is_err();
        taken
    }

    fn ended(&mut self, _: usize, _: Option<&Error>) {}
}

impl Connection for PostgresConnection {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        now(self.fetch(Asked { text, params }, &mut Sink::new(sink)))
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        let mut sink = Sink::new(rows);
        let result = now(self.fetch(Asked { text, params }, &mut sink));
        let has_refused = sink.has_refused;
        rows.written(result, has_refused, self.in_transaction()).map(|()| Written::Done)
    }

    // A statement outside of a transaction ends with the batch, which was sent before the rows arrived.
    fn can_refuse(&self) -> bool {
        false
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut Done<'_>) -> Result<()> {
        let all: Vec<&Sql> = requests.iter().map(|request| request.sql).collect();
        let all: Vec<Asked<'_>> = all.iter().map(|sql| Asked { text: &sql.text, params: &sql.params }).collect();
        now(self.fetch_all(&all, &mut Sinks { requests, done }))
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        now(self.count(Asked { text, params }))
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        now(self.run_batch(text))
    }

    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        now(self.run_begin(access, text))
    }

    fn commit(&mut self, access: Access) -> Result<()> {
        now(self.run_commit(access))
    }

    fn commit_with_next(&mut self) {
        self.ends = Ends::WithNext;
    }

    fn in_transaction(&self) -> bool {
        self.ends == Ends::Ended || self.channel.begins() || self.channel.status() != Status::Idle
    }
}
