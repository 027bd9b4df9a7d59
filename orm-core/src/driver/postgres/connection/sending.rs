//! Sending statements on a connection, and sending them again if the tables have changed since they were prepared.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::maybe_done;
use futures_util::{Stream, StreamExt};
use tokio_postgres::Client;

use super::{Ends, PostgresConnection};
use crate::access::Access;
use crate::driver::postgres::channel::{AtRisk, Problem};
use crate::driver::postgres::error::{self, Stale};
use crate::driver::postgres::prepared::Prepared;
use crate::driver::postgres::receiver::{Asked, Receiver};
use crate::driver::postgres::statements::check_names;
use crate::driver::postgres::value::{Bound, bound};
use crate::driver::postgres::wire::Status;
use crate::error::{Error, Result};
use crate::sql::Dialect as _;
use crate::sql::postgres::POSTGRES;

/// The requested result of a statement.
enum Wanted<'w, R> {
    Rows(&'w mut R),
    /// The number of rows that it changed.
    Count,
}

impl<R: Receiver> Wanted<'_, R> {
    async fn run(
        &mut self,
        client: &Client,
        text: &str,
        prepared: &Arc<Prepared>,
        bound: &[Bound<'_>],
    ) -> Result<u64, Problem> {
        match self {
            Wanted::Rows(receiver) => {
                let rows = client.query_raw(&prepared.raw, bound.iter().copied()).await?;
                deliver(0, rows, prepared, *receiver).await?;
                Ok(0)
            }
            Wanted::Count => {
                let counts = POSTGRES.writes(text);
                // A `SELECT` may call a function with side effects.
                if counts && !prepared.raw.columns().is_empty() {
                    return Err(Error::returns_rows().into());
                }
                let number = client.execute_raw(&prepared.raw, bound.iter().copied()).await?;
                Ok(if counts { number } else { 0 })
            }
        }
    }
}

/// Passes rows to a receiver as they arrive.
async fn deliver(
    at: usize,
    rows: impl Stream<Item = Result<tokio_postgres::Row, tokio_postgres::Error>>,
    prepared: &Arc<Prepared>,
    receiver: &mut impl Receiver,
) -> Result<(), Problem> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.next().await {
        receiver.take(at, row?, prepared)?;
    }
    Ok(())
}

impl PostgresConnection {
    /// Runs a statement that returns rows.
    pub(crate) async fn fetch(&mut self, asked: Asked<'_>, receiver: &mut impl Receiver) -> Result<()> {
        self.run_prepared(asked, Wanted::Rows(receiver)).await.map(|_| ())
    }

    /// Runs a statement that returns no rows, and counts those that it changed.
    pub(crate) async fn count(&mut self, asked: Asked<'_>) -> Result<u64> {
        self.run_prepared(asked, Wanted::<Nobody>::Count).await
    }

    /// Runs statements that return rows. All are sent before the first answer is read.
    pub(crate) async fn fetch_all(&mut self, all: &[Asked<'_>], receiver: &mut impl Receiver) -> Result<()> {
        if let [asked] = all {
            let result = self.fetch(*asked, receiver).await.map_err(|error| error.with_statement(asked.text));
            receiver.ended(0, result.as_ref().err());
            return result;
        }
        self.begun = None;
        let is_last = self.takes_last()?;
        let texts: Vec<&str> = all.iter().map(|asked| asked.text).collect();
        let mut prepared = self.statements.prepare_all(&texts, &mut self.channel).await?;
        let bound: Vec<Vec<Bound<'_>>> = all.iter().map(|asked| bound(asked.params)).collect();
        for ((prepared, bound), text) in prepared.iter_mut().zip(&bound).zip(&texts) {
            prepared.check_number(bound)?;
            let wide = self.statements.widened(text, Arc::clone(prepared), bound, &mut self.channel).await;
            *prepared = wide.map_err(|error| error.with_statement(text))?;
            self.is_changed |= prepared.changes_session;
        }
        let mut at = 0;
        let (prepared, number) = (&prepared, all.len());
        let result = if is_last {
            let work = self.channel.run_last(number, |client| deliver_all(client, prepared, &bound, receiver, &mut at));
            work.await
        } else {
            let work = self.channel.run_all(number, |client| deliver_all(client, prepared, &bound, receiver, &mut at));
            work.await
        };
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
            receiver.ended(at, Some(error));
        }
        result
    }

    /// Runs statements without parameters or rows.
    pub(crate) async fn run_batch(&mut self, text: &str) -> Result<()> {
        let was_open = std::mem::take(&mut self.ends) != Ends::Ended;
        if text == "ROLLBACK" && (self.channel.unbegin() || !was_open) {
            return Ok(());
        }
        check_names(text)?;
        self.begun = None;
        let at_risk = self.channel.at_risk();
        self.channel.batch(text, at_risk).await
    }

    /// Begins a transaction: a read transaction with its first statement.
    pub(crate) async fn run_begin(&mut self, access: Access, text: &str) -> Result<()> {
        if access == Access::Read {
            // If it failed to begin, only reads would follow.
            self.channel.begin_with_next(text);
            return Ok(());
        }
        self.channel.batch(text, AtRisk::Nothing).await?;
        self.begun = Some(text.into());
        Ok(())
    }

    /// Ends a transaction: a read transaction without waiting for the answer.
    pub(crate) async fn run_commit(&mut self, access: Access) -> Result<()> {
        let was_open = std::mem::take(&mut self.ends) != Ends::Ended;
        if self.channel.unbegin() || !was_open {
            return Ok(());
        }
        match access {
            Access::Read => {
                self.channel.leave();
                Ok(())
            }
            Access::Write => self.channel.commit().await,
        }
    }

    /// Runs a prepared statement, preparing it again if the tables have changed since.
    async fn run_prepared<R: Receiver>(&mut self, asked: Asked<'_>, mut wanted: Wanted<'_, R>) -> Result<u64> {
        let Asked { text, params } = asked;
        let bound = bound(params);
        let begun = self.begun.take();
        let is_last = self.takes_last()?;
        let mut again = true;
        loop {
            let at_risk = self.channel.at_risk();
            let ahead = self.channel.ahead();
            let begins = self.channel.begins();
            let known = self.statements.get(text).is_some();
            let prepared = self.statements.prepared(text, &mut self.channel).await?;
            prepared.check_number(&bound)?;
            let prepared = self.statements.widened(text, prepared, &bound, &mut self.channel).await?;
            self.is_changed |= prepared.changes_session;
            let result = if is_last {
                self.channel.run_last(1, |client| wanted.run(client, text, &prepared, &bound)).await
            } else {
                self.channel.run(|client| wanted.run(client, text, &prepared, &bound)).await
            };
            self.note_last(is_last, &result);
            let outdated = match &result {
                Err(Problem::Library(error)) => error::stale(error, known),
                _ => None,
            };
            if let Err(Problem::Library(error)) = &result
                && error::may_be_outdated(error)
            {
                // The next time it is prepared for the new types.
                self.statements.forget(text);
            }
            if outdated.is_none() || (outdated == Some(Stale::Unsent) && !again) {
                return self.channel.answered(result, at_risk, text);
            }
            self.statements.forget(text);
            if outdated == Some(Stale::Unsent) {
                // This has the same effect as if the statement had not been tried.
            } else if begins && again {
                // Nothing else has happened in the transaction, so it can begin again.
                self.run_batch("ROLLBACK").await?;
                self.channel.set_ahead(ahead);
            } else if let Some(begun) = begun.as_deref().filter(|_| again) {
                self.run_batch("ROLLBACK").await?;
                self.run_batch(begun).await?;
            } else if is_last || self.channel.status() != Status::Idle || !again {
                return self.channel.answered(result, at_risk, text).map_err(Error::into_conflict);
            }
            again = false;
        }
    }

    /// Whether the next statement is the last of its transaction. A statement after the last is refused: it would read
    /// another snapshot of the database.
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

    /// Notes that a transaction ended with its last statement, unless that failed.
    fn note_last<T>(&mut self, is_last: bool, result: &Result<T, Problem>) {
        if is_last && result.is_ok() && self.channel.status() == Status::Idle {
            self.ends = Ends::Ended;
        }
    }
}

/// Sends prepared statements, all before the first answer is read, and passes on their rows. `at` is the position of
/// the statement whose rows arrive.
async fn deliver_all(
    client: &Client,
    prepared: &[Arc<Prepared>],
    bound: &[Vec<Bound<'_>>],
    receiver: &mut impl Receiver,
    at: &mut usize,
) -> Result<(), Problem> {
    let sent = prepared.iter().zip(bound).map(|(prepared, bound)| {
        let rows = client.query_raw(&prepared.raw, bound.iter().copied());
        Box::pin(maybe_done(rows))
    });
    let mut sent: Vec<_> = sent.collect();
    poll_fn(|context| {
        for sending in &mut sent {
            let _ = sending.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    for (mut sending, prepared) in sent.into_iter().zip(prepared) {
        sending.as_mut().await;
        if let Some(rows) = Pin::as_mut(&mut sending).take_output() {
            deliver(*at, rows?, prepared, receiver).await?;
        }
        receiver.ended(*at, None);
        *at += 1;
    }
    Ok(())
}

/// The receiver if no rows are wanted.
enum Nobody {}

impl Receiver for Nobody {
    fn take(&mut self, _: usize, _: tokio_postgres::Row, _: &Arc<Prepared>) -> Result<()> {
        match *self {}
    }

    fn ended(&mut self, _: usize, _: Option<&Error>) {
        match *self {}
    }
}
