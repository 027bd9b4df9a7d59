//! A connection that a task polls: it repeats known answers, and sends new statements to the server.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::connection::PostgresConnection;
use super::now::now;
use super::reactor::Turn;
use super::script::{Exchange, Kind, Question, Recalled, Script, Statement};
use super::stock::Stock;
use crate::access::Access;
use crate::driver::{Attempted, Connection, Done, Polled, Written};
use crate::error::{Error, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::Request;
use crate::types::Param;

/// A connection that is checked out by a task.
pub(super) struct PolledConnection {
    stock: Arc<Stock>,
    lease: u64,
    turn: Arc<Turn>,
    stage: Stage,
    script: Script,
    /// How long the last call took, if observers have to be notified.
    took: Option<Duration>,
}

enum Stage {
    /// No answer is awaited.
    Idle(Box<PostgresConnection>),
    /// This future waits for the server, and has the connection.
    Asking(Asking),
    /// It was returned to its pool.
    Returned,
}

type Asking = Pin<Box<dyn Future<Output = (Box<PostgresConnection>, Exchange)> + Send>>;

impl PolledConnection {
    /// A connection that was checked out of a pool.
    pub(super) fn new(stock: Arc<Stock>, lease: u64, connection: Box<PostgresConnection>) -> Self {
        let turn = connection.turn();
        turn.give_to_task(true);
        PolledConnection { stock, lease, turn, stage: Stage::Idle(connection), script: Script::default(), took: None }
    }

    /// The answer to a request, if there is one. Otherwise the request is sent, and the attempt ends.
    fn ask(
        &mut self,
        kind: Kind,
        texts: &[&str],
        statements: impl FnOnce() -> Vec<Statement>,
    ) -> Result<&mut Exchange> {
        self.took = None;
        let at = match self.script.recall(kind, texts) {
            Recalled::Known(at) => at,
            Recalled::New => {
                let question = Question { kind, statements: statements() };
                match mem::replace(&mut self.stage, Stage::Returned) {
                    Stage::Idle(connection) if kind.waits() => {
                        self.stage = Stage::Asking(Box::pin(question.answered_by(connection)));
                        self.script.wait();
                        return Err(unanswered());
                    }
                    Stage::Idle(connection) => {
                        let (connection, exchange) = now(question.answered_by(connection));
                        self.stage = Stage::Idle(connection);
                        self.script.add(exchange)
                    }
                    stage => {
                        self.stage = stage;
                        return Err(unanswered());
                    }
                }
            }
            Recalled::Nothing => return Err(unanswered()),
        };
        let exchange = self.script.exchange(at);
        if !exchange.is_told && kind != Kind::FetchAll {
            exchange.is_told = true;
            self.took = Some(exchange.took());
        }
        Ok(exchange)
    }
}

/// Ends an attempt; no caller sees this error.
fn unanswered() -> Error {
    Error::invalid("the answer is awaited")
}

impl Polled for PolledConnection {
    fn attempt(&mut self) -> &mut dyn Connection {
        self.script.start();
        self
    }

    fn attempted(&self) -> Attempted {
        self.script.attempted()
    }

    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Stage::Asking(asking) = &mut self.stage {
            let Poll::Ready((connection, exchange)) = asking.as_mut().poll(context) else { return Poll::Pending };
            self.stage = Stage::Idle(connection);
            self.script.add(exchange);
        }
        Poll::Ready(())
    }

    fn is_stuck(&self) -> bool {
        self.turn.is_stuck()
    }

    fn block(&mut self) {
        self.turn.give_to_task(false);
    }
}

impl Drop for PolledConnection {
    fn drop(&mut self) {
        self.turn.give_to_task(false);
        let connection = match mem::replace(&mut self.stage, Stage::Returned) {
            Stage::Idle(connection) => Some(connection),
            Stage::Asking(asking) => Some(now(asking).0),
            Stage::Returned => None,
        };
        self.stock.give_back(self.lease, connection);
    }
}

impl Connection for PolledConnection {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        let exchange = self.ask(Kind::Fetch, &[text], || vec![Statement::of(text, params)])?;
        exchange.hand_out(0, sink)?;
        exchange.result.clone()
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        let exchange = self.ask(Kind::Fetch, &[text], || vec![Statement::of(text, params)])?;
        let handed_out = exchange.hand_out(0, rows);
        let (has_refused, result) = (handed_out.is_err(), handed_out.and_then(|()| exchange.result.clone()));
        rows.written(result, has_refused, self.in_transaction()).map(|()| Written::Done)
    }

    fn can_refuse(&self) -> bool {
        false
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut Done<'_>) -> Result<()> {
        let texts: Vec<&str> = requests.iter().map(|request| request.sql.text.as_str()).collect();
        let statements =
            || requests.iter().map(|request| Statement::of(&request.sql.text, &request.sql.params)).collect();
        let exchange = self.ask(Kind::FetchAll, &texts, statements)?;
        let mut tell = |at: usize, error: Option<&Error>, exchange: &Exchange| {
            if let Some(took) = exchange.took.get(at)
                && !exchange.is_told
            {
                done(at, Some(*took), error);
            }
        };
        let mut result = exchange.result.clone();
        for (at, request) in requests.iter_mut().enumerate() {
            if let Err(error) = exchange.hand_out(at, request.sink) {
                result = Err(error.with_statement(&request.sql.text));
                tell(at, result.as_ref().err(), exchange);
                break;
            }
            let failed = exchange.result.as_ref().err().filter(|_| exchange.took.len() == at + 1);
            tell(at, failed, exchange);
        }
        exchange.is_told = true;
        result
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        let exchange = self.ask(Kind::Count, &[text], || vec![Statement::of(text, params)])?;
        exchange.result.clone().map(|()| exchange.number)
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        self.ask(Kind::Batch, &[text], || vec![Statement::of(text, &[])])?.result.clone()
    }

    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        self.ask(Kind::Begin(access), &[text], || vec![Statement::of(text, &[])])?.result.clone()
    }

    fn commit(&mut self, access: Access) -> Result<()> {
        self.ask(Kind::Commit(access), &[], Vec::new)?.result.clone()
    }

    fn commit_with_next(&mut self) {
        // It sends nothing that could fail.
        let _ = self.ask(Kind::Last, &[], Vec::new);
    }

    fn in_transaction(&self) -> bool {
        self.script.in_transaction()
    }

    fn next_looks_up(&mut self) {
        self.script.looks_up();
    }

    fn took(&self, _: Instant) -> Option<Duration> {
        self.took
    }
}
