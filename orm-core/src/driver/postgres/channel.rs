//! A channel to a server: sends the driver's work over it, and tracks the transaction.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::error;
use super::link::{Link, Patience};
use super::lost::Lost;
use super::now::now;
#[cfg(all(feature = "async", unix))]
use super::reactor::Turn;
use super::server::Server;
use super::stopper::Stopper;
use super::target::Target;
use super::wire::{Status, Traffic};
use crate::access::Access;
use crate::error::{Error, ErrorKind, Result};

/// A connection of tokio-postgres, with its known state.
pub(super) struct Channel {
    // Dropped before the link, which then closes the connection.
    client: Client,
    link: Link,
    /// Its server.
    target: Target,
    statement_timeout: Option<Duration>,
    /// Whether it was checked out for reading or writing.
    access: Access,
    /// What the server allows outside of transactions.
    mode: Access,
    /// Statements that are sent together with the next one: they set the mode, or begin a read transaction.
    ahead: Vec<Ahead>,
    /// The transaction was ended without waiting for the answer.
    leaving: bool,
    /// The message of the first statement that failed in the open transaction.
    failure: Option<String>,
}

/// A statement that is sent together with the next one.
#[derive(Clone)]
pub(super) enum Ahead {
    Mode(Access),
    Begin(String),
}

impl Ahead {
    fn text(&self) -> &str {
        match self {
            Ahead::Mode(Access::Read) => "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            Ahead::Mode(Access::Write) => "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
            Ahead::Begin(text) => text,
        }
    }
}

/// Why something did not run.
pub(super) enum Problem {
    Library(tokio_postgres::Error),
    Ours(Error),
    /// The connection was lost.
    Lost,
}

impl From<tokio_postgres::Error> for Problem {
    fn from(error: tokio_postgres::Error) -> Self {
        Problem::Library(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem::Ours(error)
    }
}

/// What a lost connection means for a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AtRisk {
    /// None of its changes remain.
    Nothing,
    /// Its changes may have been committed.
    Changes,
}

impl Channel {
    /// A channel to a server that accepts writes, outside of transactions.
    pub(super) fn new(client: Client, link: Link, target: Target, statement_timeout: Option<Duration>) -> Self {
        Channel {
            client,
            link,
            target,
            statement_timeout,
            access: Access::Write,
            mode: Access::Write,
            ahead: Vec::new(),
            leaving: false,
            failure: None,
        }
    }

    /// Sets how long to wait for answers.
    pub(super) fn be_patient(&mut self, patience: Patience) {
        self.link.be_patient(patience);
    }

    /// A setting of the server.
    pub(super) fn shown(&mut self, parameter: &str) -> Result<Option<String>, Lost> {
        let shown = now(self.link.run(self.client.simple_query(&format!("SHOW {parameter}"))));
        let shown = shown.unwrap_or_else(|| Ok(Vec::new())).map_err(Lost::Said)?;
        Ok(shown.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        }))
    }

    /// The database of the server.
    pub(super) fn server(&self) -> Server {
        Server::told_by(|name| self.link.parameter(name))
    }

    /// Interrupts the statement that runs on the connection.
    pub(super) fn stopper(&self) -> Stopper {
        let stop = Arc::clone(&self.link.stop);
        Stopper { token: self.client.cancel_token(), target: self.target.clone(), stop }
    }

    /// Whether a thread or a task waits for the answers.
    #[cfg(all(feature = "async", unix))]
    pub(super) fn turn(&self) -> Arc<Turn> {
        self.link.turn()
    }

    /// Sets whether the connection was checked out for reading or writing.
    pub(super) fn lend(&mut self, access: Access) {
        self.access = access;
        self.ahead.clear();
        if self.mode != access {
            self.ahead.push(Ahead::Mode(access));
        }
    }

    /// What the connection can do without a change of mode.
    pub(super) fn mode(&self) -> Access {
        self.mode
    }

    /// The messages that were exchanged.
    pub(super) fn traffic(&self) -> &Traffic {
        &self.link.traffic
    }

    /// Whether the server has closed the connection, as far as is known without a round trip.
    pub(super) fn is_gone(&mut self) -> bool {
        self.link.glance();
        self.link.is_lost()
    }

    /// Whether the connection was lost.
    pub(super) fn is_lost(&self) -> bool {
        self.link.is_lost()
    }

    /// The state of the transaction according to the server.
    pub(super) fn status(&self) -> Status {
        if self.leaving || self.link.is_lost() { Status::Idle } else { self.link.traffic.status() }
    }

    /// What is at risk if a statement runs now.
    pub(super) fn at_risk(&self) -> AtRisk {
        let lasts = self.access == Access::Write && !self.begins() && self.status() == Status::Idle;
        if lasts { AtRisk::Changes } else { AtRisk::Nothing }
    }

    /// Runs some work, after the statement that begins a transaction if one is pending.
    pub(super) async fn run<'c, T, F>(&'c mut self, work: impl FnOnce(&'c Client) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        self.run_all(1, work).await
    }

    /// Does the same for the last work of a read transaction, whose `COMMIT` is sent after it. The work sends
    /// everything when it is first polled.
    pub(super) async fn run_last<'c, T, F>(
        &'c mut self,
        statements: usize,
        work: impl FnOnce(&'c Client) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        self.run_all(statements + 1, |client| async move {
            let mut work = pin!(work(client));
            // Work that ends at once has failed, and has sent nothing.
            if let Poll::Ready(failed) = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
                return failed;
            }
            let (value, committed) = join(work, client.batch_execute("COMMIT")).await;
            let value = value?;
            committed?;
            Ok(value)
        })
        .await
    }

    /// Does the same for the work of several statements.
    pub(super) async fn run_all<'c, T, F>(
        &'c mut self,
        statements: usize,
        work: impl FnOnce(&'c Client) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let Channel { client, link, ahead, mode, leaving, .. } = self;
        if link.is_lost() {
            return Err(Problem::Lost);
        }
        let (client, ahead) = (&*client, std::mem::take(ahead));
        let running = pin!(async {
            if ahead.is_empty() {
                return work(client).await;
            }
            // All are sent before the first answer is read.
            let before = join_all(ahead.iter().map(|ahead| client.batch_execute(ahead.text())));
            let (before, value) = join(before, work(client)).await;
            before.into_iter().collect::<Result<(), _>>()?;
            value
        });
        let done = link.run_all(statements + ahead.len(), running).await;
        for ahead in &ahead {
            if let Ahead::Mode(set) = ahead {
                *mode = *set;
            }
        }
        if done.as_ref().is_none_or(Result::is_err) {
            link.settle().await;
        }
        *leaving = false;
        done.unwrap_or(Err(Problem::Lost))
    }

    /// Converts the problem of some work to an error, and stores the first one of a transaction.
    pub(super) fn answered<T>(&mut self, result: Result<T, Problem>, at_risk: AtRisk, text: &str) -> Result<T> {
        let status = self.status();
        if status != Status::Failed {
            self.failure = None;
        }
        let problem = match result {
            Ok(value) => return Ok(value),
            Err(problem) => problem,
        };
        let error = match problem {
            Problem::Ours(error) => error,
            Problem::Library(error) if error.is_closed() => error::lost(self.link.lost()),
            Problem::Library(error) => error::convert(error, text).with_time_limit(self.statement_timeout),
            Problem::Lost => error::lost(self.link.lost()),
        };
        if error.is_connection_lost() && at_risk == AtRisk::Changes {
            return Err(error.with_unknown_outcome());
        }
        if status == Status::Failed {
            match &self.failure {
                Some(first) if error.is_transaction_lost() => return Err(error.with_first_cause(first)),
                Some(_) => {}
                None => self.failure = Some(error.to_string()),
            }
        }
        Err(error)
    }

    /// Runs statements without parameters or rows.
    pub(super) async fn batch(&mut self, text: &str, at_risk: AtRisk) -> Result<()> {
        let result = self.run(|client| async move { Ok(client.batch_execute(text).await?) }).await;
        self.answered(result, at_risk, text)
    }

    /// Begins a read transaction, with the next statement.
    pub(super) fn begin_with_next(&mut self, text: &str) {
        self.ahead.push(Ahead::Begin(text.to_owned()));
    }

    /// Whether a transaction begins with the next statement.
    pub(super) fn begins(&self) -> bool {
        self.ahead.iter().any(|ahead| matches!(ahead, Ahead::Begin(_)))
    }

    /// Cancels the beginning of a transaction. Returns true if one was pending.
    pub(super) fn unbegin(&mut self) -> bool {
        let begins = self.begins();
        self.ahead.retain(|ahead| !matches!(ahead, Ahead::Begin(_)));
        begins
    }

    /// The statements that are sent together with the next one.
    pub(super) fn ahead(&self) -> Vec<Ahead> {
        self.ahead.clone()
    }

    /// Sets the statements that are sent together with the next one.
    pub(super) fn set_ahead(&mut self, ahead: Vec<Ahead>) {
        self.ahead = ahead;
    }

    /// Ends a read transaction, without waiting for the answer: nothing depends on it.
    pub(super) fn leave(&mut self) {
        self.send("COMMIT");
        self.leaving = true;
        self.failure = None;
    }

    /// Commits a write transaction.
    pub(super) async fn commit(&mut self) -> Result<()> {
        // If the server had closed the connection before, it did not receive the commit.
        if self.is_gone() {
            return Err(error::lost(self.link.lost()));
        }
        let failure = self.failure.take();
        self.batch("COMMIT", AtRisk::Changes).await?;
        if self.link.traffic.rolled_back() {
            let lost = Error::new(ErrorKind::TransactionLost { message: "the server rolled it back".to_owned() });
            return Err(match failure {
                Some(first) => lost.with_first_cause(&first),
                None => lost,
            });
        }
        Ok(())
    }

    /// Sends a statement without waiting for its answer.
    fn send(&mut self, text: &str) {
        let client = &self.client;
        // It is ready at once, and does not block.
        now(self.link.run(async {
            let mut sending = pin!(client.batch_execute(text));
            poll_fn(|context| {
                let _ = sending.as_mut().poll(context);
                Poll::Ready(())
            })
            .await;
        }));
        self.link.flush();
    }
}
