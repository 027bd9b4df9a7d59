//! The options of an SQLite database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::setup::SqliteSetup;
use crate::error::Result;
use crate::observe::Threshold;

/// Options for opening an SQLite database. [`Db::open`](crate::db::Db::open) uses the defaults.
///
/// ```no_run
/// # fn main() -> orm::Result<()> {
/// let db = orm::Db::sqlite().readers(8).wal_limit(256 << 20).open("school.db")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "options do nothing until a database is opened with them"]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate option")]
pub struct SqliteOptions {
    pub(super) readers: usize,
    pub(super) busy_timeout: Duration,
    pub(super) pool_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) cached_statements: usize,
    pub(super) read_only: bool,
    pub(super) double_quoted_strings: bool,
    pub(super) foreign_keys: bool,
    pub(super) on_connect: Vec<Hook>,
    pub(super) sampled_rows: u64,
    pub(super) wal_limit: u64,
    pub(super) cache_size: Option<u64>,
    pub(super) mmap_size: Option<u64>,
    pub(super) is_sandbox: bool,
    pub(crate) n_plus_one: Threshold,
}

/// A function that the program calls with each new connection.
type Hook = Arc<dyn Fn(&mut SqliteSetup<'_>) -> Result<()> + Send + Sync>;

impl Default for SqliteOptions {
    fn default() -> Self {
        SqliteOptions {
            readers: 4,
            busy_timeout: Duration::from_secs(5),
            pool_timeout: Duration::from_secs(10),
            statement_timeout: None,
            cached_statements: 128,
            read_only: false,
            double_quoted_strings: false,
            foreign_keys: true,
            on_connect: Vec::new(),
            sampled_rows: 1_000,
            wal_limit: 64 * 1024 * 1024,
            cache_size: None,
            mmap_size: None,
            is_sandbox: false,
            n_plus_one: Threshold::default(),
        }
    }
}

impl SqliteOptions {
    /// Sets the maximum number of connections that read, besides the one that writes. 4 by default, at least 1.
    #[doc(alias = "pool_size")]
    #[doc(alias = "max_connections")]
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// Limits how long to wait for a lock that another process holds. 5 seconds by default.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Limits how long to wait for a connection that another thread of this program uses. 10 seconds by default.
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = timeout;
        self
    }

    /// Limits how long a statement may run, including the decoding of its rows, before it is stopped with an error that
    /// [`is_statement_timeout`](crate::error::Error::is_statement_timeout). No limit by default. It does not shorten a
    /// wait for a lock or a connection, which have their own limits.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Sets how many prepared statements each connection caches. 128 by default.
    pub fn cached_statements(mut self, statements: usize) -> Self {
        self.cached_statements = statements;
        self
    }

    /// Sets how many rows from each end of a table are read when a statement first compares or writes a date, a time, a
    /// UUID, a boolean or a decimal. 1,000 by default, which takes about a millisecond for each table.
    ///
    /// SQLite has no types for these values, and tools store them in different [forms](crate::types::Form). A statement
    /// that relies on one form of a column, while the rows have another, returns an error that
    /// [`is_other_form`](crate::error::Error::is_other_form). 0 disables the check; [`u64::MAX`] reads whole tables.
    pub fn sampled_rows(mut self, rows: u64) -> Self {
        self.sampled_rows = rows.min(i64::MAX as u64);
        self
    }

    /// Keeps the write-ahead log of a file below this number of bytes, also if reads overlap all the time. 64 MiB by
    /// default; [`u64::MAX`] disables the limit.
    ///
    /// When the log has grown to half of the limit, the write that reached it waits for current reads, while new reads
    /// wait for it, for at most half a second; then it empties the log. If a read takes longer, the log continues to
    /// grow, and the writer tries again after ten seconds. A transaction that is larger than half of the limit also
    /// makes the log longer. A thread that writes while it reads does not wait for itself. Other programs that write
    /// the file do not observe the limit.
    ///
    /// SQL: `PRAGMA journal_size_limit`, and a checkpoint.
    #[doc(alias = "journal_size_limit")]
    #[doc(alias = "wal_autocheckpoint")]
    pub fn wal_limit(mut self, bytes: u64) -> Self {
        self.wal_limit = bytes;
        self
    }

    /// Sets how many bytes of a file each connection caches in memory. SQLite's default is 2 MB.
    ///
    /// SQL: `PRAGMA cache_size`
    pub fn cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = Some(bytes);
        self
    }

    /// Sets how many bytes from the beginning of a file are mapped into memory instead of being read by system calls.
    /// SQLite's default is 0. If the disk fails to read a mapped page, the process is killed instead of getting an
    /// error.
    ///
    /// SQL: `PRAGMA mmap_size`
    pub fn mmap_size(mut self, bytes: u64) -> Self {
        self.mmap_size = Some(bytes);
        self
    }

    /// Opens an existing file as read-only, and does not change it, not even its journal mode.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets the number of equal reads of one row in a loop after which a warning reports N+1 queries, with the place in
    /// the program and the prefetch to write. 10 by default; 0 disables it. It has no effect in a release build.
    pub fn n_plus_one_threshold(mut self, reads: usize) -> Self {
        self.n_plus_one = Threshold::of(reads);
        self
    }

    /// Opens a sandbox, for tests: all changes through the handle and its clones are rolled back when the last of them
    /// is dropped. The program does not notice: it can begin transactions, which are savepoints here, and commit them.
    ///
    /// A sandbox has one connection, which threads use in turn. A thread that has a transaction open and also uses the
    /// handle gets an error that [`is_reentrant`](crate::error::Error::is_reentrant).
    ///
    /// ```
    /// # use orm::Db;
    /// # fn main() -> orm::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// let db = Db::sqlite().sandbox().open(path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It holds the write lock of the file, so a file has only one sandbox at a time. Deferred foreign keys are not
    /// checked, because SQLite checks them at the commit.
    #[doc(alias = "test_transaction")]
    #[doc(alias = "rollback")]
    pub fn sandbox(mut self) -> Self {
        self.is_sandbox = true;
        self
    }

    /// Calls a function with each new connection before its first use: the connection that writes, each that reads, and
    /// the connection of a database in memory. The function can set pragmas, attach databases, create temporary tables,
    /// and define functions and collations. Several functions are called in their order.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// let db = Db::sqlite()
    ///     .on_connect(|connection| {
    ///         connection.execute("ATTACH 'archive.db' AS archive")?;
    ///         connection.function("half", 1, |arguments| Ok(arguments.get::<i64>(0)? / 2))?;
    ///         connection.collation("backwards", |one, other| other.cmp(one))
    ///     })
    ///     .open("university.db")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Its settings override the library's settings. A reading connection refuses writes after the function has
    /// returned, also to temporary tables and attached databases. If the function fails, the call that needed the
    /// connection fails too, with an error that [`is_open_failure`](crate::error::Error::is_open_failure).
    #[doc(alias = "pragma")]
    #[doc(alias = "attach")]
    #[doc(alias = "create_function")]
    #[doc(alias = "create_collation")]
    pub fn on_connect(mut self, hook: impl Fn(&mut SqliteSetup<'_>) -> Result<()> + Send + Sync + 'static) -> Self {
        self.on_connect.push(Arc::new(hook));
        self
    }

    /// Treats `"now"` as a string if no column has this name, as SQLite does by default. Off by default, because a
    /// misspelled name would silently be a string.
    ///
    /// Some existing databases need it: their triggers and views contain strings in double quotes.
    #[doc(alias = "dqs")]
    pub fn double_quoted_strings(mut self, allowed: bool) -> Self {
        self.double_quoted_strings = allowed;
        self
    }

    /// Sets whether the database enforces foreign keys, with their `ON DELETE`. On by default.
    ///
    /// Some existing databases cannot be written otherwise: SQLite refuses each write of two tables if a foreign key of
    /// one refers to columns of the other that are not a unique key, with the error "foreign key mismatch".
    #[doc(alias = "enforce_foreign_keys")]
    pub fn foreign_keys(mut self, enforced: bool) -> Self {
        self.foreign_keys = enforced;
        self
    }
}

/// It shows the number of functions for new connections, and not the functions.
impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("readers", &self.readers)
            .field("busy_timeout", &self.busy_timeout)
            .field("pool_timeout", &self.pool_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("cached_statements", &self.cached_statements)
            .field("read_only", &self.read_only)
            .field("sampled_rows", &self.sampled_rows)
            .field("wal_limit", &self.wal_limit)
            .field("cache_size", &self.cache_size)
            .field("mmap_size", &self.mmap_size)
            .field("double_quoted_strings", &self.double_quoted_strings)
            .field("foreign_keys", &self.foreign_keys)
            .field("is_sandbox", &self.is_sandbox)
            .field("n_plus_one", &self.n_plus_one)
            .field("on_connect", &self.on_connect.len())
            .finish()
    }
}
