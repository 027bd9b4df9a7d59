//! The requests and answers of some work on a connection: they are repeated when the work is repeated from the start.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::connection::PostgresConnection;
use super::prepared::Prepared;
use super::receiver::{Asked, Receiver};
use super::value::PostgresRow;
use crate::access::Access;
use crate::driver::{Attempted, Connection as _};
use crate::error::{Error, Result};
use crate::row::{Row, RowSink};
use crate::types::{Keys, Param};
use crate::value::Value;

/// The requests and answers so far, and how far the current attempt has repeated them.
#[derive(Default)]
pub(super) struct Script {
    /// In the order of the work, which is the same each time.
    exchanges: Vec<Exchange>,
    /// The number of exchanges that the attempt has repeated.
    repeated: usize,
    /// What was read from the catalog. It is cached elsewhere, so the next attempt does not request it.
    looked_up: Vec<Exchange>,
    /// Whether the next call reads the catalog.
    looks_up: bool,
    in_transaction: bool,
    attempted: Outcome,
}

/// The state of the current attempt.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Outcome {
    #[default]
    Whole,
    Asked,
    Astray,
}

/// An answer that may be known already.
pub(super) enum Recalled {
    /// It is known.
    Known(At),
    /// It has to be requested.
    New,
    /// The attempt is over.
    Nothing,
}

/// The position of an exchange.
#[derive(Clone, Copy)]
pub(super) enum At {
    Exchanges(usize),
    LookedUp(usize),
}

impl Script {
    /// Begins an attempt.
    pub(super) fn start(&mut self) {
        self.repeated = 0;
        self.looks_up = false;
        self.in_transaction = false;
        self.attempted = Outcome::Whole;
    }

    pub(super) fn attempted(&self) -> Attempted {
        match self.attempted {
            Outcome::Whole => Attempted::Whole,
            Outcome::Asked => Attempted::Asked,
            Outcome::Astray => Attempted::Astray,
        }
    }

    /// Ends the attempt, which waits for an answer.
    pub(super) fn wait(&mut self) {
        self.attempted = Outcome::Asked;
    }

    /// Announces that the next call reads the catalog.
    pub(super) fn looks_up(&mut self) {
        self.looks_up = true;
    }

    /// Whether a transaction is open after the repeated exchanges. After the end of an attempt no transaction is open, so
    /// nothing is rolled back.
    pub(super) fn in_transaction(&self) -> bool {
        self.attempted == Outcome::Whole && self.in_transaction
    }

    /// The answer to a request.
    pub(super) fn recall(&mut self, kind: Kind, texts: &[&str]) -> Recalled {
        if self.attempted != Outcome::Whole {
            return Recalled::Nothing;
        }
        if self.looks_up {
            let known = self.looked_up.iter().position(|exchange| exchange.question.is(kind, texts));
            self.looks_up &= known.is_none();
            return known.map_or(Recalled::New, |at| Recalled::Known(At::LookedUp(at)));
        }
        match self.exchanges.get(self.repeated) {
            None => Recalled::New,
            Some(exchange) if exchange.question.is(kind, texts) => {
                self.in_transaction = exchange.in_transaction;
                self.repeated += 1;
                Recalled::Known(At::Exchanges(self.repeated - 1))
            }
            Some(_) => {
                self.attempted = Outcome::Astray;
                Recalled::Nothing
            }
        }
    }

    /// Adds the answer to the last request.
    pub(super) fn add(&mut self, exchange: Exchange) -> At {
        if std::mem::take(&mut self.looks_up) {
            self.looked_up.push(exchange);
            return At::LookedUp(self.looked_up.len() - 1);
        }
        self.in_transaction = exchange.in_transaction;
        self.exchanges.push(exchange);
        self.repeated = self.exchanges.len();
        At::Exchanges(self.repeated - 1)
    }

    pub(super) fn exchange(&mut self, at: At) -> &mut Exchange {
        match at {
            At::Exchanges(at) => &mut self.exchanges[at],
            At::LookedUp(at) => &mut self.looked_up[at],
        }
    }
}

/// A request to a connection.
pub(super) struct Question {
    pub(super) kind: Kind,
    pub(super) statements: Vec<Statement>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The rows of a statement.
    Fetch,
    /// The rows of statements that are sent together.
    FetchAll,
    /// The number of rows that a statement changed.
    Count,
    /// A statement without parameters or rows.
    Batch,
    Begin(Access),
    Commit(Access),
    /// The transaction ends with the next statement.
    Last,
}

impl Kind {
    /// Whether to wait for the server's answer.
    pub(super) fn waits(self) -> bool {
        !matches!(self, Kind::Begin(Access::Read) | Kind::Commit(Access::Read) | Kind::Last)
    }
}

/// A statement to send, without borrows.
pub(super) struct Statement {
    text: String,
    params: Vec<Param<'static>>,
}

impl Statement {
    pub(super) fn of(text: &str, params: &[Param<'_>]) -> Self {
        Statement { text: text.to_owned(), params: params.iter().map(owned).collect() }
    }

    fn asked(&self) -> Asked<'_> {
        Asked { text: &self.text, params: &self.params }
    }
}

fn owned(param: &Param<'_>) -> Param<'static> {
    let list = |values: &[Value<'_>]| values.iter().cloned().map(Value::into_owned).collect();
    match param {
        Param::Value(value) => Param::Value(value.clone().into_owned()),
        Param::Compared(value) => Param::Compared(value.clone().into_owned()),
        Param::List(values) => Param::List(list(values)),
        Param::Refused(mismatch) => Param::Refused(mismatch.clone()),
        Param::Column(values) => Param::Column(list(values)),
        Param::Keys(keys) => Param::Keys(Keys::clone(keys)),
    }
}

impl Question {
    fn is(&self, kind: Kind, texts: &[&str]) -> bool {
        self.kind == kind && self.statements.iter().map(|statement| &*statement.text).eq(texts.iter().copied())
    }

    /// Sends it on a connection.
    pub(super) async fn answered_by(
        self,
        mut connection: Box<PostgresConnection>,
    ) -> (Box<PostgresConnection>, Exchange) {
        let mut keeping = Keeping::of(self.statements.len());
        let asked: Vec<Asked<'_>> = self.statements.iter().map(Statement::asked).collect();
        let mut number = 0;
        let result = match (self.kind, &*asked) {
            (Kind::Fetch, [asked, ..]) => connection.fetch(*asked, &mut keeping).await,
            (Kind::Count, [asked, ..]) => connection.count(*asked).await.map(|counted| number = counted),
            (Kind::Batch, [asked, ..]) => connection.run_batch(asked.text).await,
            (Kind::Begin(access), [asked, ..]) => connection.run_begin(access, asked.text).await,
            (Kind::Commit(access), _) => connection.run_commit(access).await,
            (Kind::Last, _) => {
                connection.commit_with_next();
                Ok(())
            }
            (_, all) => connection.fetch_all(all, &mut keeping).await,
        };
        if self.kind != Kind::FetchAll {
            keeping.note();
        }
        let (rows, took, in_transaction) = (keeping.rows, keeping.took, connection.in_transaction());
        (connection, Exchange { question: self, rows, number, result, took, in_transaction, is_told: false })
    }
}

/// A request and its answer.
pub(super) struct Exchange {
    question: Question,
    /// The rows of each statement.
    rows: Vec<Kept>,
    pub(super) number: u64,
    pub(super) result: Result<()>,
    /// How long each statement took that ended, including the one that failed.
    pub(super) took: Vec<Duration>,
    /// Whether a transaction was open afterwards.
    in_transaction: bool,
    /// Whether observers were notified.
    pub(super) is_told: bool,
}

/// Rows as they arrived.
#[derive(Default)]
struct Kept {
    rows: Vec<tokio_postgres::Row>,
    prepared: Option<Arc<Prepared>>,
}

impl Exchange {
    /// Passes the rows of a statement to a sink.
    pub(super) fn hand_out(&self, at: usize, sink: &mut dyn RowSink) -> Result<()> {
        let Some(Kept { rows, prepared: Some(prepared) }) = self.rows.get(at) else { return Ok(()) };
        rows.iter().try_for_each(|row| sink.row(Row::new(&PostgresRow::new(row, &prepared.shapes))))
    }

    /// How long the only statement took.
    pub(super) fn took(&self) -> Duration {
        self.took.first().copied().unwrap_or_default()
    }
}

/// Keeps rows as they arrive.
struct Keeping {
    rows: Vec<Kept>,
    began: Instant,
    took: Vec<Duration>,
}

impl Keeping {
    fn of(statements: usize) -> Self {
        let rows = std::iter::repeat_with(Kept::default).take(statements).collect();
        Keeping { rows, began: Instant::now(), took: Vec::with_capacity(statements) }
    }

    fn note(&mut self) {
        self.took.push(self.began.elapsed());
        self.began = Instant::now();
    }
}

impl Receiver for Keeping {
    fn take(&mut self, at: usize, row: tokio_postgres::Row, prepared: &Arc<Prepared>) -> Result<()> {
        let kept = &mut self.rows[at];
        if kept.prepared.is_none() {
            kept.prepared = Some(Arc::clone(prepared));
        }
        kept.rows.push(row);
        Ok(())
    }

    fn ended(&mut self, _: usize, _: Option<&Error>) {
        self.note();
    }
}
