//! Maintenance of a database in use: backups, the write-ahead log, and statistics for the planner.

use std::path::Path;

use super::{Db, Performs, Run, look};
use crate::access::Access;
use crate::driver::BackupProgress;
use crate::error::Result;
use crate::row::{Row, RowSink};

/// Asks the database for one row.
pub(crate) fn ping<Mode: Performs<(), ()>>(on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, ()> {
    look(on, (), |(), on| on.run(Access::Read, |session| session.look_up("SELECT 1", &[], &mut Ignored)))
}

struct Ignored;

impl RowSink for Ignored {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        Ok(())
    }
}

impl Db {
    /// Asks the database for one row, to see whether it answers: the probe of a health check. It uses a connection for
    /// reads, which on PostgreSQL may lead to a replica.
    ///
    /// ```
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// db.ping()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_open_failure`](crate::error::Error::is_open_failure) if a new connection cannot be
    /// opened, one that [`is_connection_lost`](crate::error::Error::is_connection_lost) if the server ended the
    /// connection, and one that [`is_pool_timeout`](crate::error::Error::is_pool_timeout) if no connection becomes free.
    #[doc(alias = "health_check")]
    #[doc(alias = "is_alive")]
    #[track_caller]
    pub fn ping(&self) -> Result<()> {
        ping(self)
    }

    /// Copies the database to a new file, while others read and write. The copy is a consistent snapshot of the
    /// database at the beginning of the backup.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let db = Db::open("shop.db")?;
    /// db.backup("/backups/shop-2026-11-29.db")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It uses one of the reading connections, or the only connection of a database in memory. While a backup runs, the
    /// write-ahead log cannot be emptied.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_open_failure`](crate::error::Error::is_open_failure) if the file cannot be created or
    /// already exists; an existing file is not changed. Returns one that
    /// [`is_unsupported`](crate::error::Error::is_unsupported) on PostgreSQL, which has `pg_dump` and `pg_basebackup`.
    /// If the backup fails later, the new file is removed.
    #[doc(alias = "copy")]
    #[doc(alias = "dump")]
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<()> {
        self.backup_with_progress(to, |_| {})
    }

    /// Copies the database as [`backup`](Db::backup) does, and calls a function after every 256 pages.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let db = Db::open("shop.db")?;
    /// db.backup_with_progress("/backups/shop.db", |progress| {
    ///     println!("{} of {} pages left", progress.remaining_pages, progress.total_pages);
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`backup`](Db::backup).
    pub fn backup_with_progress(&self, to: impl AsRef<Path>, mut progress: impl FnMut(BackupProgress)) -> Result<()> {
        self.pool().backup(to.as_ref(), &mut progress)
    }

    /// Copies the write-ahead log into the database and empties it, after waiting for reads that are in progress.
    ///
    /// SQLite does this automatically, and the option `wal_limit` keeps the log short. Call it before the file is
    /// copied by other means, or after a large write.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_busy`](crate::error::Error::is_busy) if reads, or a write of another process, take
    /// longer than the busy timeout. Returns one that [`is_unsupported`](crate::error::Error::is_unsupported) on
    /// PostgreSQL, whose server runs its own checkpoints.
    #[doc(alias = "wal_checkpoint")]
    pub fn checkpoint(&self) -> Result<()> {
        self.pool().checkpoint()
    }

    /// Gathers statistics of the tables and indexes for the query planner: `PRAGMA optimize` on SQLite, which analyzes
    /// tables that changed much, and `ANALYZE` on PostgreSQL.
    ///
    /// Call it regularly in a program that runs for long, for example once a day, and after you create an index.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement.
    #[doc(alias = "analyze")]
    #[doc(alias = "vacuum")]
    pub fn optimize(&self) -> Result<()> {
        self.pool().optimize()
    }
}
