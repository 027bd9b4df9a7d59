//! The write-ahead log of a file, which is kept below a limit.
//!
//! SQLite copies the log into the database after every thousand pages, and begins it anew at a moment when nobody reads from
//! it. Where reads overlap all the time there is no such moment, and the log grows without end. So the pool makes one: when the
//! log has grown to half of its limit, the writer waits for the reads that are under way, while new ones are held back.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::error;
use crate::error::{Error, ErrorKind, Result};

/// How long the writer waits for the reads that are under way, and new ones are held back.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// How long it goes on before it waits again, after reads that took longer.
const PAUSE: Duration = Duration::from_secs(10);

/// How long it waits for another process.
const OTHERS: Duration = Duration::from_millis(100);

/// The log of a connection that writes.
pub(super) struct Wal {
    path: PathBuf,
    /// The length above which the writer waits.
    most: u64,
    /// When waiting was in vain.
    tried: Cell<Option<Instant>>,
}

impl Wal {
    /// The log of the file that a connection writes; `None` if it has no name.
    pub(super) fn of(raw: &rusqlite::Connection, limit: u64) -> Option<Self> {
        let path = raw.path().filter(|path| !path.is_empty())?;
        Some(Wal { path: format!("{path}-wal").into(), most: limit / 2, tried: Cell::new(None) })
    }

    /// Whether the log has grown so long that it is to be emptied, and that was not in vain just now.
    pub(super) fn is_long(&self) -> bool {
        // A log that cannot be looked at is none, as of a file that is not logged ahead.
        let length = std::fs::metadata(&self.path).map_or(0, |log| log.len());
        length > self.most && self.tried.get().is_none_or(|at| at.elapsed() >= PAUSE)
    }

    /// Empties the log, where nobody of this process reads. If somebody does, it stays as it is for a while.
    #[cold]
    pub(super) fn shorten(&self, raw: &rusqlite::Connection, busy_timeout: Duration) {
        let emptied = raw.busy_timeout(OTHERS).map_err(error::convert).and_then(|()| empty(raw, "PRAGMA main."));
        self.tried.set(emptied.is_err().then(Instant::now));
        // It was set to the same when the connection was opened.
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
        let message = "reads that began before, or a write of another process, take too long".to_owned();
        return Err(Error::new(ErrorKind::Busy { message }));
    }
    Ok(())
}
