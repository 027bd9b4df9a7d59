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
    /// Sets a limit for each statement of a connection.
    pub(super) fn install(raw: &mut rusqlite::Connection, limit: Duration) -> rusqlite::Result<Self> {
        let (began, deadline) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let shared = Arc::clone(&deadline);
        raw.progress_handler(STEPS, Some(move || nanoseconds(began.elapsed()) > shared.load(Ordering::Relaxed)))?;
        Ok(Timer { limit, began, deadline })
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
