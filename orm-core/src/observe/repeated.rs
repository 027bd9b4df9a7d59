//! Warnings about N+1 queries, in development: a release build contains none of this.
//!
//! A read of one row, or of one row's relation, is counted for each thread, place in the program and SQL text.
//!
//! - By thread, or task of an asynchronous program, because a loop runs on one, and each handles one request at a time.
//! - By place and SQL, so that a loop that alternates two relations counts both.
//! - The count restarts when the thread or task sends any other statement to the database. A handler that runs once for
//!   each request reads a list or writes something in between, and a loop that writes each row cannot be one query
//!   anyway.
//! - It restarts after [`WINDOW`], so a handler that finds only one row is not mistaken for a loop while a person
//!   clicks.
#[cfg(debug_assertions)]
use std::collections::{HashMap, HashSet};
#[cfg(debug_assertions)]
use std::panic::Location;
#[cfg(debug_assertions)]
use std::sync::{Mutex, PoisonError};
#[cfg(debug_assertions)]
use std::time::{Duration, Instant};

#[cfg(debug_assertions)]
use super::sender::Sender;
use crate::ast::{CallSite, Select};
use crate::schema::Table;

/// The time within which the reads of a loop occur. Ten statements of a loop take milliseconds, and not more than a
/// second with a distant database; ten requests by a person take longer.
#[cfg(debug_assertions)]
const WINDOW: Duration = Duration::from_secs(2);

/// A read of one row or of one row's relation, which makes N+1 queries in a loop; or another statement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OneRow {
    #[cfg(debug_assertions)]
    read: State,
}

#[cfg(debug_assertions)]
#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Another statement.
    #[default]
    Other,
    /// The next statement is this read.
    Next(Read),
    /// The read was sent; the statements after it belong to it, such as those for relations of its rows.
    Sent,
}

#[cfg(debug_assertions)]
#[derive(Clone, Copy, Debug)]
struct Read {
    place: &'static Location<'static>,
    instead: Instead,
}

/// What to write instead of a loop.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(debug_assertions), expect(dead_code, reason = "only warnings contain it"))]
pub(crate) enum Instead {
    /// Prefetch the relation in the query for the rows, or a value computed from it.
    Prefetch { model: &'static str, relation: &'static str, computed: &'static str },
    /// Prefetch the relation for all rows in memory at once.
    PrefetchTogether { model: &'static str, relation: &'static str },
    /// Find the rows at once.
    FindMany { model: &'static str },
}

impl OneRow {
    /// The read of one row's relation, if the select is one.
    pub(crate) fn of(select: &Select) -> Self {
        OneRow::computed(select, "")
    }

    /// The read of a value computed from one row's relation, if the select is one; `computed` is written after the
    /// relation.
    pub(crate) fn computed(select: &Select, computed: &'static str) -> Self {
        let read = select.of.as_ref().map(|of| {
            let (model, relation) = ((of.relation.from)().model, of.relation.name);
            OneRow::at(of.place, Instead::Prefetch { model, relation, computed })
        });
        read.unwrap_or_default()
    }

    /// The read of a row by its key, or of one row of a relation by its key.
    pub(crate) fn found(place: CallSite, table: &Table) -> Self {
        OneRow::at(place, Instead::FindMany { model: table.model })
    }

    /// Notes that the read was sent before, and is repeated.
    pub(crate) fn was_sent(&mut self) {
        #[cfg(debug_assertions)]
        if let State::Next(_) = self.read {
            self.read = State::Sent;
        }
    }

    /// A read that was written at a place.
    pub(crate) fn at(place: CallSite, instead: Instead) -> Self {
        #[cfg(not(debug_assertions))]
        let _ = (place, instead);
        OneRow {
            #[cfg(debug_assertions)]
            read: place.location().map_or(State::Other, |place| State::Next(Read { place, instead })),
        }
    }
}

/// The number of reads of one row in a loop after which a database warns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    #[cfg(debug_assertions)]
    reads: usize,
}

impl Default for Threshold {
    fn default() -> Self {
        Threshold::of(10)
    }
}

impl Threshold {
    pub(crate) fn of(reads: usize) -> Self {
        #[cfg(not(debug_assertions))]
        let _ = reads;
        Threshold {
            #[cfg(debug_assertions)]
            reads,
        }
    }
}

/// The reads of one row that the threads and tasks of a program sent to a database in sequence.
#[derive(Debug)]
pub(crate) struct Repeats {
    #[cfg(debug_assertions)]
    threshold: usize,
    #[cfg(debug_assertions)]
    senders: Mutex<HashMap<Sender, Vec<Repeated>>>,
}

/// A read that a thread sent several times.
#[cfg(debug_assertions)]
#[derive(Debug)]
struct Repeated {
    place: &'static Location<'static>,
    sql: String,
    since: Instant,
    times: usize,
}

impl Repeats {
    pub(crate) fn new(threshold: Threshold) -> Self {
        #[cfg(not(debug_assertions))]
        let Threshold {} = threshold;
        Repeats {
            #[cfg(debug_assertions)]
            threshold: threshold.reads,
            #[cfg(debug_assertions)]
            senders: Mutex::default(),
        }
    }

    /// Notes a statement that reads or writes rows.
    #[cfg(not(debug_assertions))]
    pub(crate) fn sent(&self, _: &mut OneRow, _: &str) {}

    /// Notes a statement that reads or writes rows, and warns if it belongs to a loop.
    #[cfg(debug_assertions)]
    pub(crate) fn sent(&self, row: &mut OneRow, sql: &str) {
        if self.threshold == 0 {
            return;
        }
        match row.read {
            State::Other => self.start_anew(),
            State::Next(read) => {
                row.read = State::Sent;
                // No lock is held here, because a subscriber may send statements itself.
                if self.count(read.place, sql) == self.threshold {
                    warn(read, sql, self.threshold);
                }
            }
            State::Sent => {}
        }
    }
}

#[cfg(debug_assertions)]
impl Repeats {
    fn start_anew(&self) {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner).remove(&Sender::current());
    }

    /// How many times this thread or task has sent the statement from the place.
    fn count(&self, place: &'static Location<'static>, sql: &str) -> usize {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        // Threads and tasks that ended are forgotten, with the statements that they sent.
        senders.retain(|_, reads| {
            reads.retain(|read| read.since.elapsed() < WINDOW);
            !reads.is_empty()
        });
        let reads = senders.entry(Sender::current()).or_default();
        let known = reads.iter().position(|read| read.place == place && read.sql == sql);
        let at = known.unwrap_or_else(|| {
            reads.push(Repeated { place, sql: sql.to_owned(), since: Instant::now(), times: 0 });
            reads.len() - 1
        });
        reads[at].times += 1;
        reads[at].times
    }
}

/// The places that were warned about. Each gets one warning, for all databases together.
#[cfg(debug_assertions)]
static TOLD: Mutex<Option<HashSet<&'static Location<'static>>>> = Mutex::new(None);

#[cfg(debug_assertions)]
fn warn(Read { place, instead }: Read, sql: &str, times: usize) {
    let is_first = TOLD.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(place);
    if !is_first {
        return;
    }
    let (file, line) = (place.file(), place.line());
    if tracing::dispatcher::has_been_set() {
        tracing::warn!(
            target: "orm",
            { code.file.path = file, code.line.number = line, db.query.text = sql, db.query.repeated = times },
            "N+1 queries: {file}:{line} sent the same statement {times} times, for one row each; {instead}"
        );
    } else {
        eprintln!(
            "warning: N+1 queries: {file}:{line} sent the same statement {times} times, for one row each; {instead}: {sql}"
        );
    }
}

#[cfg(debug_assertions)]
impl std::fmt::Display for Instead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Instead::Prefetch { model, relation, computed: "" } => {
                write!(f, "load the relation with the rows: `{model}::query().prefetch({model}::{relation}())`")
            }
            Instead::Prefetch { model, relation, computed } => write!(
                f,
                "load the value with the rows: `{model}::query().prefetch({model}::{relation}().{computed}.named(Name))`"
            ),
            Instead::PrefetchTogether { model, relation } => {
                write!(f, "load the relation for all rows at once: `orm::prefetch(&db, rows, {model}::{relation}())`")
            }
            Instead::FindMany { model } => write!(
                f,
                "prefetch the relation that leads to these rows, or find them at once: `{model}::find_many(&db, keys)`"
            ),
        }
    }
}
