//! The time limit of a statement: SQLite calls a progress handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The number of virtual machine steps between two calls: well below a millisecond.
const STEPS: i32 = 1_000;

/// The deadline of a connection's statement.
pub(super) struct Timer {
    limit: Duration,
    began: Instant,
    /// The deadline in nanoseconds after `began`.
    deadline: Arc<AtomicU64>,
}

impl Timer {
    /// A limit for each statement.
    pub(super) fn new(limit: Duration) -> Self {
        Timer { limit, began: Instant::now(), deadline: Arc::new(AtomicU64::new(u64::MAX)) }
    }

    /// Sets the limit of a connection.
    pub(super) fn install(&self, raw: &mut rusqlite::Connection) -> rusqlite::Result<()> {
        let (began, deadline) = (self.began, Arc::clone(&self.deadline));
        raw.progress_handler(STEPS, Some(move || nanoseconds(began.elapsed()) > deadline.load(Ordering::Relaxed)))
    }

    /// Restarts the time, for a new statement.
    pub(super) fn restart(&self) {
        self.deadline.store(nanoseconds(self.began.elapsed().saturating_add(self.limit)), Ordering::Relaxed);
    }

    /// The limit, if the statement took longer.
    pub(super) fn expired(&self) -> Option<Duration> {
        let is_over = nanoseconds(self.began.elapsed()) > self.deadline.load(Ordering::Relaxed);
        is_over.then_some(self.limit)
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
