//! A connection on which a task reads for a moment: a statement that takes longer is broken off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::connection::SqliteConnection;
use super::error;
use crate::access::Access;
use crate::driver::{Connection, Done, Written};
use crate::error::{Error, Result};
use crate::row::{RowSink, WrittenRows};
use crate::sql::Request;
use crate::types::Param;

/// The number of virtual machine steps between two looks at the clock: a few microseconds.
const STEPS: i32 = 200;

/// A connection that answers one statement if it is short. Any other first call breaks the work off: several statements
/// begin a transaction, and reading the catalog is rare.
pub(super) struct BriefConnection<'c> {
    connection: &'c mut SqliteConnection,
    /// Whether the statement took too long.
    is_late: Arc<AtomicBool>,
    stage: Stage,
    /// Whether the next call reads the catalog.
    looks_up: bool,
}

#[derive(PartialEq)]
enum Stage {
    Begun,
    /// A statement was answered, and observers were notified of it, so the work cannot be repeated any more.
    Answered,
    BrokenOff,
}

impl<'c> BriefConnection<'c> {
    /// Limits the time of the next statement of a connection, which then waits for no lock.
    pub(super) fn limited(connection: &'c mut SqliteConnection, limit: Duration) -> Result<Self> {
        let (began, is_late) = (Instant::now(), Arc::new(AtomicBool::new(false)));
        let shared = Arc::clone(&is_late);
        let is_over = move || {
            let is_over = began.elapsed() > limit;
            if is_over {
                shared.store(true, Ordering::Relaxed);
            }
            is_over
        };
        let brief = BriefConnection { connection, is_late, stage: Stage::Begun, looks_up: false };
        let raw = brief.connection.raw_mut();
        raw.progress_handler(STEPS, Some(is_over)).map_err(error::convert)?;
        raw.busy_timeout(Duration::ZERO).map_err(error::convert)?;
        Ok(brief)
    }

    /// Whether the work has to be repeated elsewhere.
    pub(super) fn is_broken_off(&self) -> bool {
        self.stage == Stage::BrokenOff
    }

    /// Reads with one statement.
    fn read<T>(&mut self, read: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        if self.stage == Stage::BrokenOff || (self.stage == Stage::Begun && self.looks_up) {
            return self.break_off();
        }
        let result = read(self.connection);
        if self.stage == Stage::Answered {
            return result;
        }
        let is_locked = result.as_ref().is_err_and(Error::is_busy);
        if is_locked || self.is_late.load(Ordering::Relaxed) {
            return self.break_off();
        }
        self.stage = Stage::Answered;
        self.lift_limit();
        result
    }

    /// Does something else.
    fn other<T>(&mut self, run: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        if self.stage == Stage::Answered { run(self.connection) } else { self.break_off() }
    }

    /// Ends the attempt; no caller sees this error.
    fn break_off<T>(&mut self) -> Result<T> {
        self.stage = Stage::BrokenOff;
        Err(Error::invalid("the work is done elsewhere"))
    }

    fn lift_limit(&mut self) {
        // Both fail only for a connection that another library owns.
        let _ = self.connection.set_time_limit();
        let _ = self.connection.raw().busy_timeout(self.connection.busy_timeout());
    }
}

impl Drop for BriefConnection<'_> {
    fn drop(&mut self) {
        if self.stage != Stage::Answered {
            self.lift_limit();
        }
    }
}

impl Connection for BriefConnection<'_> {
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.read(|connection| connection.query(text, params, sink))
    }

    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.read(|connection| connection.query_first(text, params, sink))
    }

    fn ends_at_first(&self) -> bool {
        self.connection.ends_at_first()
    }

    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut Done<'_>) -> Result<()> {
        match self.stage {
            Stage::Answered => return self.connection.query_all(requests, done),
            _ if requests.len() != 1 => return self.break_off(),
            _ => {}
        }
        let result = self.read(|connection| connection.query_all(requests, &mut |_, _, _| {}));
        if !self.is_broken_off() {
            done(0, None, result.as_ref().err());
        }
        result
    }

    fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        self.other(|connection| connection.write(text, params, rows))
    }

    fn can_refuse(&self) -> bool {
        self.connection.can_refuse()
    }

    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        self.other(|connection| connection.execute(text, params))
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        self.other(|connection| connection.batch(text))
    }

    fn commit(&mut self, access: Access) -> Result<()> {
        self.other(|connection| connection.commit(access))
    }

    fn in_transaction(&self) -> bool {
        self.connection.in_transaction()
    }

    fn next_looks_up(&mut self) {
        self.looks_up = true;
    }

    fn took(&self, since: Instant) -> Option<Duration> {
        (!self.is_broken_off()).then(|| since.elapsed())
    }
}

#[cfg(test)]
mod tests;
