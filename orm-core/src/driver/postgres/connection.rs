//! One connection to PostgreSQL: how statements run on it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::maybe_done;
use futures_util::{Stream, StreamExt};
use tokio_postgres::Client;

use super::channel::{AtRisk, Channel, Problem};
use super::error::{self, Stale};
use super::prepared::Prepared;
use super::server::Server;
use super::statements::{Statements, check_names};
use super::stopper::Stopper;
use super::value::{Bound, PostgresRow, bound};
use super::wire::Status;
use crate::access::Access;
use crate::driver::{Connection, Written};
use crate::error::{Error, Result};
use crate::row::{Row, RowSink, WrittenRows};
use crate::sql::postgres::POSTGRES;
use crate::sql::{Dialect as _, Request};
use crate::types::Param;

/// A connection to PostgreSQL.
pub(super) struct PostgresConnection {
    channel: Channel,
    statements: Statements,
    /// How a transaction that writes was begun, until something runs in it.
    begun: Option<Box<str>>,
    /// Whether the open transaction ends with the next statement.
    ends: Ends,
    /// The program has changed the session, so that the connection is of no use to others.
    is_changed: bool,
}

/// Where a transaction that reads ends, if not by a statement of its own.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Ends {
    /// By a statement of its own.
    #[default]
    Alone,
    /// With the next statement.
    WithNext,
    /// It ended with a statement, which whoever began it does not know yet.
    Ended,
}

impl PostgresConnection {
    /// A connection over a channel, which keeps some prepared statements.
    pub(super) fn new(channel: Channel, statements: Statements) -> Self {
        PostgresConnection { channel, statements, begun: None, ends: Ends::Alone, is_changed: false }
    }

    /// The database that it leads to.
    pub(super) fn server(&self) -> Server {
        self.channel.server()
    }

    /// What stops the statement that runs on the connection.
    pub(super) fn stopper(&self) -> Stopper {
        self.channel.stopper()
    }

    /// Says what the connection is lent for.
    pub(super) fn lend(&mut self, access: Access) {
        self.channel.lend(access);
    }

    /// What the connection can do without being told to change.
    pub(super) fn mode(&self) -> Access {
        self.channel.mode()
    }

    /// Keeps what the program's hook has changed, which is for all who use the connection.
    pub(super) fn accept_changes(&mut self) {
        self.is_changed = false;
    }

    /// The connection, if it is in no transaction and the server is still there, as far as can be told without asking it.
    pub(super) fn alive(mut self) -> Option<Self> {
        (!self.channel.is_gone() && !self.in_transaction()).then_some(self)
    }

    /// The connection without what its user left open; `None` when it is of no use any more.
    pub(super) fn cleaned(mut self) -> Option<Self> {
        if self.is_changed {
            return None;
        }
        self.channel.set_ahead(Vec::new());
        self.ends = Ends::Alone;
        if self.in_transaction() && (self.batch("ROLLBACK").is_err() || self.in_transaction()) {
            return None;
        }
        (!self.channel.is_lost()).then_some(self)
    }

    /// Whether the next statement is the last of its transaction. One that would come after the last is refused: it would read another
    /// state of the database.
    fn takes_last(&mut self) -> Result<bool> {
        match self.ends {
            Ends::Alone => Ok(false),
            Ends::WithNext => {
                self.ends = Ends::Alone;
                Ok(true)
            }
            Ends::Ended => Err(Error::invalid("a statement was sent after the last of its transaction")),
        }
    }

    /// Takes note that a transaction ended with its last statement, unless that failed.
    fn note_last<T>(&mut self, is_last: bool, result: &Result<T, Problem>) {
        if is_last && result.is_ok() && self.channel.status() == Status::Idle {
            self.ends = Ends::Ended;
        }
    }

    /// Runs a prepared statement, preparing it again if the tables have changed since.
    fn run_prepared<T>(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        mut work: impl AsyncFnMut(&Client, &Prepared, &[Bound<'_>]) -> Result<T, Problem>,
    ) -> Result<T> {
        let bound = bound(params);
        let begun = self.begun.take();
        let is_last = self.takes_last()?;
        let mut again = true;
        loop {
            let at_risk = self.channel.at_risk();
            let ahead = self.channel.ahead();
            let begins = self.channel.begins();
            let known = self.statements.get(text).is_some();
            let prepared = self.statements.prepared(text, &mut self.channel)?;
            prepared.check_number(&bound)?;
            let prepared = self.statements.widened(text, prepared, &bound, &mut self.channel)?;
            self.is_changed |= prepared.changes_session;
            let send = async |client: &Client| work(client, &prepared, &bound).await;
            let result = if is_last { self.channel.run_last(1, send) } else { self.channel.run(send) };
            self.note_last(is_last, &result);
            let outdated = match &result {
                Err(Problem::Library(error)) => error::stale(error, known),
                _ => None,
            };
            if let Err(Problem::Library(error)) = &result
                && error::may_be_outdated(error)
            {
                // The next time it is prepared for the types of then.
                self.statements.forget(text);
            }
            if outdated.is_none() || (outdated == Some(Stale::Unsent) && !again) {
                return self.channel.answered(result, at_risk, text);
            }
            self.statements.forget(text);
            if outdated == Some(Stale::Unsent) {
                // It is as if the statement had not been tried.
            } else if begins && again {
                // Nothing but this has happened in the transaction, so it can begin anew.
                self.batch("ROLLBACK")?;
                self.channel.set_ahead(ahead);
            } else if let Some(begun) = begun.as_deref().filter(|_| again) {
                self.batch("ROLLBACK")?;
                self.batch(begun)?;
            } else if is_last || self.channel.status() != Status::Idle || !again {
                return self.channel.answered(result, at_risk, text).map_err(Error::into_conflict);
            }
            again = false;
        }
    }
}

/// Hands rows to a sink as they come.
async fn deliver(
    rows: impl Stream<Item = Result<tokio_postgres::Row, tokio_postgres::Error>>,
    prepared: &Prepared,
    sink: &mut dyn RowSink,
) -> Result<(), Problem> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.next().await {
        sink.row(Row::new(&PostgresRow::new(&row?, &prepared.shapes)))?;
    }
    Ok(())
}

impl Connection for PostgresConnection {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.run_prepared(text, params, async |client, prepared, bound| {
            let rows = client.query_raw(&prepared.raw, bound.iter().copied()).await?;
            deliver(rows, prepared, sink).await
        })
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        let mut refused = false;
        let result = self.run_prepared(text, params, async |client, prepared, bound| {
            let returned = client.query_raw(&prepared.raw, bound.iter().copied()).await?;
            let delivered = deliver(returned, prepared, &mut *rows).await;
            refused = matches!(delivered, Err(Problem::Ours(_)));
            delivered
        });
        let result = result.and_then(|()| {
            refused = !rows.are_complete();
            rows.check().map(|()| Written::Done)
        });
        let in_transaction = self.in_transaction();
        result.map_err(|error| if refused { error.leaving_changes(in_transaction) } else { error })
    }

    // The end of what was sent is the end of a statement that runs alone, and it was sent before the rows came.
    fn can_refuse(&self) -> bool {
        false
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut dyn FnMut(usize, Option<&Error>)) -> Result<()> {
        if let [Request { sql, sink }] = requests {
            let result = self.query(&sql.text, &sql.params, *sink).map_err(|error| error.with_statement(&sql.text));
            done(0, result.as_ref().err());
            return result;
        }
        self.begun = None;
        let is_last = self.takes_last()?;
        let mut all = self.statements.prepare_all(requests, &mut self.channel)?;
        let bound: Vec<Vec<Bound<'_>>> = requests.iter().map(|request| bound(&request.sql.params)).collect();
        for ((prepared, bound), request) in all.iter_mut().zip(&bound).zip(&*requests) {
            prepared.check_number(bound)?;
            let wide = self.statements.widened(&request.sql.text, Arc::clone(prepared), bound, &mut self.channel);
            *prepared = wide.map_err(|error| error.with_statement(&request.sql.text))?;
            self.is_changed |= prepared.changes_session;
        }
        let mut sinks: Vec<&mut dyn RowSink> = Vec::with_capacity(requests.len());
        let mut texts = Vec::with_capacity(requests.len());
        for Request { sql, sink } in requests {
            sinks.push(&mut **sink);
            texts.push(&*sql.text);
        }
        let mut at = 0;
        let number = texts.len();
        let work = async |client: &Client| {
            let sent = all
                .iter()
                .zip(&bound)
                .map(|(prepared, bound)| Box::pin(maybe_done(client.query_raw(&prepared.raw, bound.iter().copied()))));
            let mut sent: Vec<_> = sent.collect();
            // All are sent before the first answer is waited for.
            poll_fn(|context| {
                for sending in &mut sent {
                    let _ = sending.as_mut().poll(context);
                }
                Poll::Ready(())
            })
            .await;
            for ((mut sending, prepared), sink) in sent.into_iter().zip(&all).zip(sinks) {
                sending.as_mut().await;
                if let Some(rows) = Pin::as_mut(&mut sending).take_output() {
                    deliver(rows?, prepared, sink).await?;
                }
                done(at, None);
                at += 1;
            }
            Ok(())
        };
        let result = if is_last { self.channel.run_last(number, work) } else { self.channel.run_all(number, work) };
        self.note_last(is_last, &result);
        let stale = match &result {
            Err(Problem::Library(error)) => error::stale(error, true),
            _ => None,
        };
        let text = texts.get(at).copied().unwrap_or_default();
        let result = self.channel.answered(result, AtRisk::Nothing, text).map_err(|error| error.with_statement(text));
        if stale.is_some() {
            self.statements.forget(text);
        }
        let result = if stale == Some(Stale::Refused) { result.map_err(Error::into_conflict) } else { result };
        if let Err(error) = &result {
            done(at, Some(error));
        }
        result
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        let counts = POSTGRES.writes(text);
        self.run_prepared(text, params, async |client, prepared, bound| {
            // A `SELECT` may call a function for what it does.
            if counts && !prepared.raw.columns().is_empty() {
                return Err(Error::returns_rows().into());
            }
            let number = client.execute_raw(&prepared.raw, bound.iter().copied()).await?;
            Ok(if counts { number } else { 0 })
        })
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        let was_open = std::mem::take(&mut self.ends) != Ends::Ended;
        if text == "ROLLBACK" && (self.channel.unbegin() || !was_open) {
            return Ok(());
        }
        check_names(text)?;
        self.begun = None;
        let at_risk = self.channel.at_risk();
        self.channel.batch(text, at_risk)
    }

    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        if access == Access::Read {
            // Were the beginning to fail, nothing but reading would follow it.
            self.channel.begin_with_next(text);
            return Ok(());
        }
        self.channel.batch(text, AtRisk::Nothing)?;
        self.begun = Some(text.into());
        Ok(())
    }

    fn commit(&mut self, access: Access) -> Result<()> {
        let was_open = std::mem::take(&mut self.ends) != Ends::Ended;
        if self.channel.unbegin() || !was_open {
            return Ok(());
        }
        match access {
            Access::Read => {
                self.channel.leave();
                Ok(())
            }
            Access::Write => self.channel.commit(),
        }
    }

    fn commit_with_next(&mut self) {
        self.ends = Ends::WithNext;
    }

    fn in_transaction(&self) -> bool {
        self.ends == Ends::Ended || self.channel.begins() || self.channel.status() != Status::Idle
    }
}
