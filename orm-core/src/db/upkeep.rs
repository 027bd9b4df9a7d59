//! Looking after a database while it is in use: backups, the write-ahead log, and what the planner knows.

use std::path::Path;

use super::Db;
use crate::driver::BackupProgress;
use crate::error::Result;

impl Db {
    /// Copies the database to a new file, while others read and write. The copy is a consistent snapshot: it has the state in
    /// which the database is when the backup begins.
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
    /// It uses one of the connections that read, or the only connection of a database in memory. While a backup runs, the
    /// write-ahead log cannot be emptied.
    ///
    /// # Errors
    ///
    /// [`is_open_failure`](crate::error::Error::is_open_failure) if the file cannot be created, or exists already; an existing
    /// file is left as it is. [`is_unsupported`](crate::error::Error::is_unsupported) on PostgreSQL, which has `pg_dump` and
    /// `pg_basebackup`. If the backup fails later, the new file is removed.
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
    /// As [`backup`](Db::backup).
    pub fn backup_with_progress(&self, to: impl AsRef<Path>, mut progress: impl FnMut(BackupProgress)) -> Result<()> {
        self.pool().backup(to.as_ref(), &mut progress)
    }

    /// Copies the write-ahead log into the database and empties it, after waiting for the reads that are under way.
    ///
    /// SQLite does this by itself, and the option `wal_limit` keeps the log short. Call it before the file is copied by other
    /// means, or after a large write.
    ///
    /// # Errors
    ///
    /// [`is_busy`](crate::error::Error::is_busy) if reads, or a write of another process, take longer than the busy timeout.
    /// [`is_unsupported`](crate::error::Error::is_unsupported) on PostgreSQL, whose server does it.
    #[doc(alias = "wal_checkpoint")]
    pub fn checkpoint(&self) -> Result<()> {
        self.pool().checkpoint()
    }

    /// Gathers statistics of the tables and indexes, by which the database chooses how to run a statement: `PRAGMA optimize` on
    /// SQLite, which looks at tables that changed much, and `ANALYZE` on PostgreSQL.
    ///
    /// Call it now and then in a program that runs for long, for example once a day, and after you create an index.
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
