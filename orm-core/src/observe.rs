//! Observing the statements that are sent to a database.

mod expected;
mod repeated;
mod sender;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use crate::error::Error;

#[doc(hidden)]
pub use expected::NumberOrRange;
pub(crate) use repeated::{Instead, OneRow, Repeats, Threshold};
#[cfg(feature = "async")]
pub(crate) use sender::Task;

/// A statement that was sent: the argument of an observer.
///
/// It contains the SQL, and never the bound values.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StatementEvent<'a> {
    /// The SQL text.
    pub sql: &'a str,
    /// Whether it reads or writes rows, defines tables or controls a transaction.
    pub kind: StatementKind,
    /// How long it took, including the decoding of its rows.
    pub elapsed: Duration,
    /// The error, if it failed.
    pub error: Option<&'a Error>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatementKind {
    /// Reads or writes rows. These are the statements that are counted.
    Query,
    /// Defines tables and indexes.
    Schema,
    /// Begins or ends a transaction or savepoint.
    Transaction,
}

type Observer = Arc<dyn Fn(&StatementEvent<'_>) + Send + Sync>;

/// The observers of one database's statements.
#[derive(Default)]
pub struct Observers {
    next: AtomicUsize,
    list: RwLock<Vec<(usize, Observer)>>,
    watching: AtomicUsize,
}

impl Observers {
    pub(crate) fn are_watching(&self) -> bool {
        self.watching.load(Ordering::Relaxed) > 0 || tracing::enabled!(target: "orm", tracing::Level::DEBUG)
    }

    pub(crate) fn add(&self, observer: Observer) -> usize {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.list.write().unwrap_or_else(PoisonError::into_inner).push((id, observer));
        self.watching.fetch_add(1, Ordering::Relaxed);
        id
    }

    fn remove(&self, id: usize) {
        self.list.write().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| *other != id);
        self.watching.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn tell(
        &self,
        system: &'static str,
        kind: StatementKind,
        sql: &str,
        elapsed: Duration,
        error: Option<&Error>,
    ) {
        let duration = elapsed.as_secs_f64();
        let error_text = error.map(tracing::field::display);
        tracing::debug!(
            target: "orm",
            { db.system.name = system, db.query.text = sql, db.client.operation.duration = duration, error = error_text },
            "statement"
        );
        let event = StatementEvent { sql, kind, elapsed, error };
        // The list is copied so that an observer may add or remove observers, or run queries.
        let observers = self.list.read().unwrap_or_else(PoisonError::into_inner).clone();
        for (_, observer) in &observers {
            observer(&event);
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} observers", self.watching.load(Ordering::Relaxed))
    }
}

/// The statements that were sent to a database while this exists: the result of `Db::record`.
///
/// Only statements that read or write rows are kept, not those that begin and end transactions.
#[derive(Debug)]
#[must_use = "statements are recorded while this lives"]
pub struct Recording {
    observers: Arc<Observers>,
    id: usize,
    log: Arc<Mutex<Vec<String>>>,
}

impl Recording {
    pub(crate) fn new(observers: &Arc<Observers>) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&log);
        let id = observers.add(Arc::new(move |event| {
            if event.kind == StatementKind::Query {
                lock(&shared).push(event.sql.to_owned());
            }
        }));
        Recording { observers: Arc::clone(observers), id, log }
    }

    /// Returns the number of statements so far.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.log).len()
    }

    /// Returns the SQL of the statements so far.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    /// Returns the SQL of the statements that were sent more than once, each with its number, in the order in which
    /// they were first sent. To test that a function sends no N+1 queries, assert that the list is empty; two rows are
    /// enough for the test.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let recording = db.record();
    /// let students = Student::query().prefetch(Student::courses()).all(&db)?;
    /// assert!(recording.repeated().is_empty());
    /// for student in students.iter().chain(&students) {
    ///     Student::courses().of(student).all(&db)?;
    /// }
    /// assert_eq!(recording.repeated()[0].1, 2 * students.len());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "n_plus_one")]
    pub fn repeated(&self) -> Vec<(String, usize)> {
        let mut repeated: Vec<(String, usize)> = Vec::new();
        for sql in lock(&self.log).iter() {
            match repeated.iter_mut().find(|(other, _)| other == sql) {
                Some((_, times)) => *times += 1,
                None => repeated.push((sql.clone(), 1)),
            }
        }
        repeated.retain(|&(_, times)| times > 1);
        repeated
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.observers.remove(self.id);
    }
}

fn lock(statements: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    statements.lock().unwrap_or_else(PoisonError::into_inner)
}
