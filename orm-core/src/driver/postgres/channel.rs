//! A channel to a server: runs the library's work on it, and follows the transaction.

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
use super::server::Server;
use super::stopper::Stopper;
use super::target::Target;
use super::wire::{Status, Traffic};
use crate::access::Access;
use crate::error::{Error, ErrorKind, Result};

/// A connection of the library's, with what it is known to do.
pub(super) struct Channel {
    // Dropped before the link, which then says goodbye.
    client: Client,
    link: Link,
    /// The server it leads to.
    target: Target,
    statement_timeout: Option<Duration>,
    /// What it was lent for.
    access: Access,
    /// What the server lets it do outside of transactions.
    mode: Access,
    /// Statements that travel with the next one: what sets the mode, and what begins a transaction that reads.
    ahead: Vec<Ahead>,
    /// The transaction was ended without waiting for the answer.
    leaving: bool,
    /// What the first statement that failed in the open transaction said.
    failure: Option<String>,
}

/// A statement that travels with the next one.
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
    /// The connection went away.
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

/// What a loss of the connection means for what was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AtRisk {
    /// Nothing lasts.
    Nothing,
    /// The changes may have been made to last.
    Changes,
}

impl Channel {
    /// A channel to a server that can be written, in no transaction.
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

    /// Answers are waited for as long as this.
    pub(super) fn be_patient(&mut self, patience: Patience) {
        self.link.be_patient(patience);
    }

    /// A parameter that the server sets or tells of.
    pub(super) fn shown(&mut self, parameter: &str) -> Result<Option<String>, Lost> {
        let shown = self.link.run(self.client.simple_query(&format!("SHOW {parameter}")));
        let shown = shown.unwrap_or_else(|| Ok(Vec::new())).map_err(Lost::Said)?;
        Ok(shown.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        }))
    }

    /// The database that it leads to.
    pub(super) fn server(&self) -> Server {
        Server::told_by(|name| self.link.parameter(name))
    }

    /// What stops the statement that runs on the connection.
    pub(super) fn stopper(&self) -> Stopper {
        let stop = Arc::clone(&self.link.stop);
        Stopper { token: self.client.cancel_token(), target: self.target.clone(), stop }
    }

    /// Says what the connection is lent for.
    pub(super) fn lend(&mut self, access: Access) {
        self.access = access;
        self.ahead.clear();
        if self.mode != access {
            self.ahead.push(Ahead::Mode(access));
        }
    }

    /// What the connection can do without being told to change.
    pub(super) fn mode(&self) -> Access {
        self.mode
    }

    /// What has passed over it.
    pub(super) fn traffic(&self) -> &Traffic {
        &self.link.traffic
    }

    /// Whether the server is gone, as far as can be told without asking it.
    pub(super) fn is_gone(&mut self) -> bool {
        self.link.glance();
        self.link.is_lost()
    }

    /// Whether there is no connection any more.
    pub(super) fn is_lost(&self) -> bool {
        self.link.is_lost()
    }

    /// The transaction as the server sees it.
    pub(super) fn status(&self) -> Status {
        if self.leaving || self.link.is_lost() { Status::Idle } else { self.link.traffic.status() }
    }

    /// What is at risk when a statement runs now.
    pub(super) fn at_risk(&self) -> AtRisk {
        let lasts = self.access == Access::Write && !self.begins() && self.status() == Status::Idle;
        if lasts { AtRisk::Changes } else { AtRisk::Nothing }
    }

    /// Runs some work of the library's, behind the statement that begins a transaction if one was kept back.
    pub(super) fn run<T>(&mut self, work: impl AsyncFnOnce(&Client) -> Result<T, Problem>) -> Result<T, Problem> {
        self.run_all(1, work)
    }

    /// The same for the last work of a transaction that reads, whose `COMMIT` is sent behind it. All that the work sends, it sends when it
    /// is first polled.
    pub(super) fn run_last<T>(
        &mut self,
        statements: usize,
        work: impl AsyncFnOnce(&Client) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.run_all(statements + 1, async |client| {
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
    }

    /// The same for the work of several statements.
    pub(super) fn run_all<T>(
        &mut self,
        statements: usize,
        work: impl AsyncFnOnce(&Client) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if self.link.is_lost() {
            return Err(Problem::Lost);
        }
        let (client, ahead) = (&self.client, std::mem::take(&mut self.ahead));
        let done = self.link.run_all(statements + ahead.len(), async {
            if ahead.is_empty() {
                return work(client).await;
            }
            // All are sent before the first answer is waited for.
            let before = join_all(ahead.iter().map(|ahead| client.batch_execute(ahead.text())));
            let (before, value) = join(before, work(client)).await;
            before.into_iter().collect::<Result<(), _>>()?;
            value
        });
        for ahead in &ahead {
            if let Ahead::Mode(mode) = ahead {
                self.mode = *mode;
            }
        }
        if done.as_ref().is_none_or(Result::is_err) {
            self.link.settle();
        }
        self.leaving = false;
        done.unwrap_or(Err(Problem::Lost))
    }

    /// Makes the problem of some work an error, and remembers the first one of a transaction.
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
    pub(super) fn batch(&mut self, text: &str, at_risk: AtRisk) -> Result<()> {
        let result = self.run(async |client| Ok(client.batch_execute(text).await?));
        self.answered(result, at_risk, text)
    }

    /// Begins a transaction that reads, with the next statement.
    pub(super) fn begin_with_next(&mut self, text: &str) {
        self.ahead.push(Ahead::Begin(text.to_owned()));
    }

    /// Whether a transaction begins with the next statement.
    pub(super) fn begins(&self) -> bool {
        self.ahead.iter().any(|ahead| matches!(ahead, Ahead::Begin(_)))
    }

    /// Forgets to begin a transaction. True if one was to begin.
    pub(super) fn unbegin(&mut self) -> bool {
        let begins = self.begins();
        self.ahead.retain(|ahead| !matches!(ahead, Ahead::Begin(_)));
        begins
    }

    /// The statements that travel with the next one.
    pub(super) fn ahead(&self) -> Vec<Ahead> {
        self.ahead.clone()
    }

    /// Lets these statements travel with the next one.
    pub(super) fn set_ahead(&mut self, ahead: Vec<Ahead>) {
        self.ahead = ahead;
    }

    /// Ends a transaction that reads, without waiting for the answer: nothing depends on it.
    pub(super) fn leave(&mut self) {
        self.send("COMMIT");
        self.leaving = true;
        self.failure = None;
    }

    /// Ends a transaction that writes, and makes what was changed in it last.
    pub(super) fn commit(&mut self) -> Result<()> {
        // A server that has gone away before was not asked to commit.
        if self.is_gone() {
            return Err(error::lost(self.link.lost()));
        }
        let failure = self.failure.take();
        self.batch("COMMIT", AtRisk::Changes)?;
        if self.link.traffic.rolled_back() {
            let lost = Error::new(ErrorKind::TransactionLost { message: "the server undid it".to_owned() });
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
        self.link.run(async {
            let mut sending = pin!(client.batch_execute(text));
            poll_fn(|context| {
                let _ = sending.as_mut().poll(context);
                Poll::Ready(())
            })
            .await;
        });
        self.link.flush();
    }
}
