//! The write-ahead log of a file, which is kept below a limit.
//!
//! SQLite copies the log into the database after every thousand pages, and restarts it at a time when no connection
//! reads it. If reads overlap all the time, there is no such time, and the log grows without limit. So the pool makes
//! one: when the log has grown to half of its limit, the writer waits for current reads, while new ones are held back.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::error;
use crate::error::{Error, ErrorKind, Result};

/// How long the writer waits for current reads, while new ones are held back.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// How long it continues before it waits again, if reads took longer.
const PAUSE: Duration = Duration::from_secs(10);

/// How long it waits for another process.
const OTHERS: Duration = Duration::from_millis(100);

/// The log of a connection that writes.
pub(super) struct Wal {
    path: PathBuf,
    /// The length above which the writer waits.
    most: u64,
    /// The log is short until this time. To read its length is a system call, which not every write has to make.
    short_until: Cell<Instant>,
    /// The time of the last unsuccessful wait.
    tried: Cell<Option<Instant>>,
}

impl Wal {
    /// The log of the file that a connection writes; `None` if it has no name.
    pub(super) fn of(raw: &rusqlite::Connection, limit: u64) -> Option<Self> {
        let path = raw.path().filter(|path| !path.is_empty())?;
        let short_until = Cell::new(Instant::now());
        Some(Wal { path: format!("{path}-wal").into(), most: limit / 2, short_until, tried: Cell::new(None) })
    }

    /// Whether the log is so long that it should be emptied, and the last attempt was not just now.
    pub(super) fn is_long(&self) -> bool {
        let now = Instant::now();
        if now < self.short_until.get() {
            return false;
        }
        // A log that cannot be read does not exist, as for a file without write-ahead logging.
        let length = std::fs::metadata(&self.path).map_or(0, |log| log.len());
        // No disk takes more than four gigabytes a second, which are four bytes in a nanosecond.
        let left = Duration::from_nanos(self.most.saturating_sub(length) / 4);
        self.short_until.set(now.checked_add(left).unwrap_or(now));
        length > self.most && self.tried.get().is_none_or(|at| at.elapsed() >= PAUSE)
    }

    /// Empties the log, if no connection of this process reads. Otherwise it stays unchanged for a while.
    #[cold]
    pub(super) fn shorten(&self, raw: &rusqlite::Connection, busy_timeout: Duration) {
        let emptied = raw.busy_timeout(OTHERS).map_err(error::convert).and_then(|()| empty(raw, "PRAGMA main."));
        self.tried.set(emptied.is_err().then(Instant::now));
        // It was set to the same value when the connection was opened.
        let _ = raw.busy_timeout(busy_timeout);
    }
}

/// Copies the logs of all files of a connection into them, and empties the logs.
pub(super) fn empty_all(raw: &rusqlite::Connection) -> Result<()> {
    empty(raw, "PRAGMA ")
}

fn empty(raw: &rusqlite::Connection, pragma: &str) -> Result<()> {
    let is_busy: bool =
        raw.query_row(&format!("{pragma}wal_checkpoint(TRUNCATE)"), [], |row| row.get(0)).map_err(error::convert)?;
    if is_busy {
        let message = "earlier reads, or a write of another process, take too long".to_owned();
        return Err(Error::new(ErrorKind::Busy { message }));
    }
    Ok(())
}
