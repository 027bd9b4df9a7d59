//! One connection to PostgreSQL: how it is opened, and how statements run on it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join, join_all, maybe_done};
use futures_util::{Stream, StreamExt};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::address::{Address, Target};
use super::asker::Asker;
use super::dial::log_in;
use super::link::{Link, Patience};
use super::lost::Lost;
use super::server::Server;
use super::statements::{Prepared, Stale, Statements};
use super::stopper::Stopper;
use super::value::{Bound, PostgresRow, Shape, bound, wide_enough};
use super::wire::Status;
use super::{PostgresOptions, PostgresSetup, error};
use crate::access::Access;
use crate::driver::{Connection, Written, setup};
use crate::error::{Error, Kind, Result};
use crate::row::{Row, RowSink, WrittenRows};
use crate::sql::postgres::{LONGEST_NAME, POSTGRES, long_name};
use crate::sql::{Dialect as _, Request};
use crate::types::Param;

/// A connection to PostgreSQL.
pub(super) struct PostgresConnection {
    // Dropped before the link, which then says goodbye.
    client: Client,
    link: Link,
    statements: Statements,
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
    /// How a transaction that writes was begun, until something runs in it.
    begun: Option<Box<str>>,
    /// The program has changed the session, so that the connection is of no use to others.
    is_changed: bool,
}

/// A statement that travels with the next one.
#[derive(Clone)]
enum Ahead {
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
enum Problem {
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
enum Stake {
    /// Nothing lasts.
    None,
    /// The changes may have been made to last.
    Changes,
}

impl PostgresConnection {
    /// Opens a connection to the first server that answers and is of the kind that the URL wants.
    pub(super) fn open(address: &Arc<Address>, options: &PostgresOptions) -> Result<Self> {
        let mut reason = Lost::Unwanted("the URL names no host");
        for target in address.targets() {
            match PostgresConnection::open_at(&target, address, options) {
                Ok(connection) => return connection.set_up(address, options),
                Err(lost) => reason = lost,
            }
        }
        Err(error::convert_connect(reason, &address.to_string()))
    }

    fn open_at(target: &Target, address: &Arc<Address>, options: &PostgresOptions) -> Result<Self, Lost> {
        let timeout = address.connect_timeout(options.connect_timeout);
        let (client, link, target) = log_in(target, address, timeout)?;
        let mut connection = PostgresConnection {
            client,
            link,
            target,
            statements: Statements::new(options.cached_statements),
            statement_timeout: options.statement_timeout,
            access: Access::Write,
            mode: Access::Write,
            ahead: Vec::new(),
            leaving: false,
            failure: None,
            begun: None,
            is_changed: false,
        };
        connection.check_kind(address.config.get_target_session_attrs())?;
        let asker = Asker { address: Arc::clone(address), target: connection.target.clone(), timeout };
        let patience = Patience {
            silence: options.answer_timeout,
            stopping: timeout,
            ask: Some(Box::new(move |process| asker.ask(process))),
        };
        connection.link.be_patient(patience);
        Ok(connection)
    }

    /// The connection, after the program's hook has run.
    fn set_up(mut self, address: &Address, options: &PostgresOptions) -> Result<Self> {
        for hook in &options.on_connect {
            let result = hook(&mut PostgresSetup::new(&mut self));
            setup::finished(result, &self, &address.to_string())?;
        }
        // What the hook has set is for all who use the connection.
        self.is_changed = false;
        Ok(self)
    }

    /// Whether the server is of the kind that the URL wants: one that can be written, or one that cannot.
    fn check_kind(&mut self, wanted: TargetSessionAttrs) -> Result<(), Lost> {
        let writable = match wanted {
            TargetSessionAttrs::ReadWrite => true,
            TargetSessionAttrs::ReadOnly => false,
            _ => return Ok(()),
        };
        let shown = self.link.run(self.client.simple_query("SHOW transaction_read_only"));
        let shown = shown.unwrap_or_else(|| Ok(Vec::new())).map_err(Lost::Said)?;
        let is_writable = shown.iter().any(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0) == Some("off"),
            _ => false,
        });
        match (writable, is_writable) {
            (true, false) => Err(Lost::Unwanted("the server can only be read")),
            (false, true) => Err(Lost::Unwanted("the server can be written")),
            _ => Ok(()),
        }
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

    /// The connection, if it is in no transaction and the server is still there, as far as can be told without asking it.
    pub(super) fn alive(mut self) -> Option<Self> {
        self.link.glance();
        (!self.link.is_lost() && !self.in_transaction()).then_some(self)
    }

    /// The connection without what its user left open; `None` when it is of no use any more.
    pub(super) fn cleaned(mut self) -> Option<Self> {
        if self.is_changed {
            return None;
        }
        self.ahead.clear();
        if self.in_transaction() && (self.batch("ROLLBACK").is_err() || self.in_transaction()) {
            return None;
        }
        (!self.link.is_lost()).then_some(self)
    }

    /// The transaction as the server sees it.
    fn status(&self) -> Status {
        if self.leaving || self.link.is_lost() { Status::Idle } else { self.link.traffic.status() }
    }

    /// Runs some work of the library's, behind the statement that begins a transaction if one was kept back.
    fn run<T>(&mut self, work: impl AsyncFnOnce(&Client) -> Result<T, Problem>) -> Result<T, Problem> {
        self.run_all(1, work)
    }

    /// The same for the work of several statements.
    fn run_all<T>(
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
    fn told<T>(&mut self, result: Result<T, Problem>, stake: Stake, text: &str) -> Result<T> {
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
        if error.is_connection_lost() && stake == Stake::Changes {
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

    /// Whether a transaction begins with the next statement.
    fn begins(&self) -> bool {
        self.ahead.iter().any(|ahead| matches!(ahead, Ahead::Begin(_)))
    }

    /// Forgets to begin a transaction. True if one was to begin.
    fn unbegin(&mut self) -> bool {
        let begins = self.begins();
        self.ahead.retain(|ahead| !matches!(ahead, Ahead::Begin(_)));
        begins
    }

    /// What is at stake when a statement runs now.
    fn stake(&self) -> Stake {
        let lasts = self.access == Access::Write && !self.begins() && self.status() == Status::Idle;
        if lasts { Stake::Changes } else { Stake::None }
    }

    fn prepared(&mut self, text: &str) -> Result<Arc<Prepared>> {
        if let Some(prepared) = self.statements.get(text) {
            return Ok(prepared);
        }
        check_names(text)?;
        let prepared = self.run(async |client| Ok(Prepared::new(client.prepare(text).await?, text)));
        let prepared = self.told(prepared, Stake::None, text)?;
        let prepared = self.with_text(text, prepared)?;
        self.statements.keep(text, &prepared);
        Ok(prepared)
    }

    /// The same statement with its values of unknown types as text, if it has some. It is prepared again, to learn the name
    /// that the library gives it: by now the types are known, and nothing else is prepared along with it.
    fn with_text(&mut self, text: &str, prepared: Arc<Prepared>) -> Result<Arc<Prepared>> {
        let wanted = Shape::of_columns_with_text(prepared.raw.columns());
        if !wanted.iter().any(|shape| shape.is_text()) {
            return Ok(prepared);
        }
        self.link.traffic.formats.learn();
        let again = self.run(async |client| Ok(client.prepare_typed(text, prepared.raw.params()).await?));
        let is_named = self.link.traffic.formats.keep(wanted.iter().map(|shape| shape.is_text()).collect());
        let again = self.told(again, Stake::None, text)?;
        Ok(if is_named { Prepared::with_text(again, text) } else { prepared })
    }

    /// Prepares the statements of some texts, in one round trip for all that are not known yet.
    fn prepare_all(&mut self, requests: &[Request<'_>]) -> Result<Vec<Arc<Prepared>>> {
        let mut found: Vec<_> = requests.iter().map(|request| self.statements.get(&request.sql.text)).collect();
        let missing = found.iter().zip(requests).filter(|(found, _)| found.is_none()).map(|(_, request)| request);
        let texts: Vec<&str> = missing.map(|request| &*request.sql.text).collect();
        texts.iter().try_for_each(|text| check_names(text))?;
        if !texts.is_empty() {
            let prepared = self
                .run_all(texts.len(), async |client| Ok(join_all(texts.iter().map(|text| client.prepare(text))).await));
            let mut prepared = self.told(prepared, Stake::None, "")?.into_iter().zip(&texts);
            for slot in found.iter_mut().filter(|slot| slot.is_none()) {
                let Some((prepared, text)) = prepared.next() else { break };
                let raw = self.told(prepared.map_err(Problem::Library), Stake::None, text);
                let prepared = Prepared::new(raw.map_err(|error| error.with_statement(text))?, text);
                let prepared = self.with_text(text, prepared).map_err(|error| error.with_statement(text))?;
                self.statements.keep(text, &prepared);
                *slot = Some(prepared);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The same statement with parameters that can be compared with what the columns cannot hold, if some are bound: a
    /// number beyond a column's type is compared as one of the next wider type.
    fn widened(&mut self, text: &str, prepared: Arc<Prepared>, bound: &[Bound<'_>]) -> Result<Arc<Prepared>> {
        let types = if prepared.is_narrow { wide_enough(prepared.raw.params(), bound) } else { None };
        let Some(types) = types else { return Ok(prepared) };
        if let Some(wide) = self.statements.wide(text) {
            return Ok(wide);
        }
        let wide = self.run(async |client| Ok(Prepared::new(client.prepare_typed(text, &types).await?, text)));
        let wide = self.told(wide, Stake::None, text)?;
        let wide = self.with_text(text, wide)?;
        self.statements.keep_wide(text, &wide);
        Ok(wide)
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
        let mut again = true;
        loop {
            let stake = self.stake();
            let ahead = self.ahead.clone();
            let begins = self.begins();
            let known = self.statements.get(text).is_some();
            let prepared = self.prepared(text)?;
            check_number(&prepared, &bound)?;
            let prepared = self.widened(text, prepared, &bound)?;
            self.is_changed |= prepared.changes_session;
            let result = self.run(async |client| work(client, &prepared, &bound).await);
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
                return self.told(result, stake, text);
            }
            self.statements.forget(text);
            if outdated == Some(Stale::Unsent) {
                // It is as if the statement had not been tried.
            } else if begins && again {
                // Nothing but this has happened in the transaction, so it can begin anew.
                self.batch("ROLLBACK")?;
                self.ahead = ahead;
            } else if let Some(begun) = begun.as_deref().filter(|_| again) {
                self.batch("ROLLBACK")?;
                self.batch(begun)?;
            } else if self.status() != Status::Idle || !again {
                return self.told(result, stake, text).map_err(Error::into_conflict);
            }
            again = false;
        }
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

/// Refuses names that the server would cut.
fn check_names(text: &str) -> Result<()> {
    let Some(name) = long_name(text) else { return Ok(()) };
    Err(Error::invalid(format!("the name `{name}` has {} bytes, and PostgreSQL takes {LONGEST_NAME}", name.len())))
}

fn check_number(prepared: &Prepared, bound: &[Bound<'_>]) -> Result<()> {
    let wanted = prepared.raw.params().len();
    if wanted == bound.len() {
        return Ok(());
    }
    Err(Error::invalid(format!("the statement has {wanted} parameters, and {} are bound", bound.len())))
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

    fn write(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written> {
        let mut refused = false;
        let result = self.run_prepared(text, params, async |client, prepared, bound| {
            let rows = client.query_raw(&prepared.raw, bound.iter().copied()).await?;
            let delivered = deliver(rows, prepared, &mut *sink).await;
            refused = matches!(delivered, Err(Problem::Ours(_)));
            delivered
        });
        let result = result.and_then(|()| {
            refused = !sink.is_complete();
            if refused { Err(sink.incomplete()) } else { Ok(Written::Done) }
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
        let mut all = self.prepare_all(requests)?;
        let bound: Vec<Vec<Bound<'_>>> = requests.iter().map(|request| bound(&request.sql.params)).collect();
        for ((prepared, bound), request) in all.iter_mut().zip(&bound).zip(&*requests) {
            check_number(prepared, bound)?;
            let wide = self.widened(&request.sql.text, Arc::clone(prepared), bound);
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
        let result = self.run_all(texts.len(), async |client| {
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
        });
        let stale = match &result {
            Err(Problem::Library(error)) => error::stale(error, true),
            _ => None,
        };
        let text = texts.get(at).copied().unwrap_or_default();
        let result = self.told(result, Stake::None, text).map_err(|error| error.with_statement(text));
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
        if text == "ROLLBACK" && self.unbegin() {
            return Ok(());
        }
        check_names(text)?;
        self.begun = None;
        let stake = self.stake();
        let result = self.run(async |client| Ok(client.batch_execute(text).await?));
        self.told(result, stake, text)
    }

    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        if access == Access::Read {
            // Were the beginning to fail, nothing but reading would follow it.
            self.ahead.push(Ahead::Begin(text.to_owned()));
            return Ok(());
        }
        let result = self.run(async |client| Ok(client.batch_execute(text).await?));
        self.told(result, Stake::None, text)?;
        self.begun = Some(text.into());
        Ok(())
    }

    fn commit(&mut self, access: Access) -> Result<()> {
        if self.unbegin() {
            return Ok(());
        }
        if access == Access::Read {
            // Nothing depends on the answer.
            self.send("COMMIT");
            self.leaving = true;
            self.failure = None;
            return Ok(());
        }
        // A server that has gone away before was not asked to commit.
        self.link.glance();
        if self.link.is_lost() {
            return Err(error::lost(self.link.lost()));
        }
        let failure = self.failure.take();
        let result = self.run(async |client| Ok(client.batch_execute("COMMIT").await?));
        self.told(result, Stake::Changes, "COMMIT")?;
        if self.link.traffic.rolled_back() {
            let lost = Error::new(Kind::TransactionLost { message: "the server undid it".to_owned() });
            return Err(match failure {
                Some(first) => lost.with_first_cause(&first),
                None => lost,
            });
        }
        Ok(())
    }

    fn in_transaction(&self) -> bool {
        self.begins() || self.status() != Status::Idle
    }
}
