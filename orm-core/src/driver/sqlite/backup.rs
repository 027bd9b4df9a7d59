//! Copies of a database that is in use.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::error;
use super::place::literal;
use crate::driver::BackupProgress;
use crate::error::{Error, ErrorKind, Result};

/// The number of pages that are copied between two reports.
const PAGES: i32 = 256;

/// The pause if a page is locked.
const PAUSE: Duration = Duration::from_millis(10);

/// Copies the database of a connection, which is in a read transaction, to a new file. If it fails, the file is
/// removed.
pub(super) fn backup(
    from: &Connection,
    to: &Path,
    patience: Duration,
    progress: &mut dyn FnMut(BackupProgress),
) -> Result<()> {
    let what = to.display().to_string();
    // An existing file would be lost if the copy failed halfway.
    let created = OpenOptions::new().write(true).create_new(true).open(to);
    created.map_err(|error| {
        Error::new(ErrorKind::Open { what: what.clone(), problem: error.to_string() }).with_source(error)
    })?;
    let copied = copy(from, to, &what, patience, progress);
    if copied.is_err() {
        // Its error would hide the first.
        let _ = fs::remove_file(to);
    }
    copied
}

fn copy(
    from: &Connection,
    to: &Path,
    what: &str,
    patience: Duration,
    progress: &mut dyn FnMut(BackupProgress),
) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(literal(to), flags);
    let mut target = opened.map_err(|error| error::convert_open(error, what))?;
    let backup = Backup::new(from, &mut target).map_err(error::convert)?;
    let began = Instant::now();
    loop {
        let step = backup.step(PAGES).map_err(error::convert)?;
        let copied = backup.progress();
        progress(BackupProgress::new(copied.remaining, copied.pagecount));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked if began.elapsed() < patience => std::thread::sleep(PAUSE),
            StepResult::Busy | StepResult::Locked => {
                return Err(Error::new(ErrorKind::Busy { message: format!("`{what}` is in use") }));
            }
            _ => {}
        }
    }
}
