//! The pool of a file: one connection that writes and several that read. A database in memory has one that does both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::InterruptHandle;

use super::connection::SqliteConnection;
use super::open::open;
use super::options::SqliteOptions;
use super::place::Place;
use super::wal::PATIENCE;
use super::{backup, error};
use crate::access::Access;
use crate::driver::holders::Holders;
use crate::driver::{BackupProgress, Connection, Lease, Pool};
use crate::error::{Error, Kind, Result};
use crate::sql::Dialect;
use crate::sql::sqlite::Sqlite;

/// Connections to one SQLite database.
pub(super) struct SqlitePool {
    place: Place,
    options: SqliteOptions,
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    readers: Side,
    writers: Side,
    holders: Holders<Role, Option<InterruptHandle>>,
    /// How many threads wait for a connection.
    waiting: usize,
    /// Whether those who want to read wait, so that the log can be emptied.
    are_reads_held_back: bool,
}

/// The connections of one role.
struct Side {
    /// Boxed, since a connection is large and moves with each lease.
    #[expect(clippy::vec_box, reason = "they move with each lease")]
    free: Vec<Box<SqliteConnection>>,
    /// How many are open or being opened, lent ones included.
    open: usize,
    most: usize,
}

impl Side {
    fn of(most: usize) -> Self {
        Side { free: Vec::new(), open: 0, most }
    }
}

impl State {
    /// Whether this thread has to wait before it reads. One that reads already does not, since others wait for it.
    fn holds_back(&self, role: Role) -> bool {
        self.are_reads_held_back && role == Role::Reader && !self.holders.is_held_by_this_thread(role)
    }

    fn side(&mut self, role: Role) -> &mut Side {
        match role {
            Role::Reader => &mut self.readers,
            Role::Writer => &mut self.writers,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Reader,
    Writer,
}

impl SqlitePool {
    pub(super) fn file(path: PathBuf, options: SqliteOptions) -> Result<Self> {
        SqlitePool::open(Place::File { path, create: true }, options)
    }

    pub(super) fn memory(options: SqliteOptions) -> Result<Self> {
        SqlitePool::open(Place::Memory, options)
    }

    fn open(mut place: Place, options: SqliteOptions) -> Result<Self> {
        let writer = open(&place, Access::Write, &options)?;
        // A file that is gone later is an error, and not an empty database.
        if let Place::File { create, .. } = &mut place {
            *create = false;
        }
        let state = State {
            readers: Side::of(options.readers),
            writers: Side { free: vec![Box::new(writer)], open: 1, most: 1 },
            holders: Holders::default(),
            waiting: 0,
            are_reads_held_back: false,
        };
        Ok(SqlitePool { place, options, state: Mutex::new(state), freed: Condvar::new() })
    }

    /// Which connection does the work: in memory there is only the writer.
    fn role(&self, access: Access) -> Role {
        match (&self.place, access) {
            (Place::File { .. }, Access::Read) => Role::Reader,
            _ => Role::Writer,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection, once one is free.
    fn lease(&self, access: Access) -> Result<Lent<'_>> {
        let role = self.role(access);
        let began = Instant::now();
        let mut state = self.lock();
        loop {
            if !state.holds_back(role) {
                let side = state.side(role);
                if let Some(connection) = side.free.pop() {
                    let lease = state.holders.note(role, began, Some(connection.interrupt_handle()));
                    let lent = Lent { pool: self, lease, role, connection: Some(connection) };
                    drop(state);
                    return lent.outside_of_transactions();
                }
                if side.open < side.most {
                    side.open += 1;
                    let lease = state.holders.note(role, began, None);
                    drop(state);
                    return Lent { pool: self, lease, role, connection: None }.opened();
                }
            }
            if let Some(held_by) = state.holders.held_by_this_thread(role) {
                return Err(Error::new(Kind::Reentrant { held_by }));
            }
            let waited = began.elapsed();
            let Some(left) = self.options.pool_timeout.checked_sub(waited).filter(|left| !left.is_zero()) else {
                return Err(Error::new(Kind::PoolTimeout { waited, holders: state.holders.describe(role) }));
            };
            state = self.wait(state, left);
        }
    }

    /// Waits until a connection is given back, but not longer than this.
    fn wait<'s>(&self, mut state: MutexGuard<'s, State>, time: Duration) -> MutexGuard<'s, State> {
        state.waiting += 1;
        let mut state = self.freed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0;
        state.waiting -= 1;
        state
    }

    /// Ends a lease. Without a connection there is room for a new one.
    fn give_back(&self, lease: u64, role: Role, connection: Option<Box<SqliteConnection>>) {
        let connection = connection.and_then(|connection| self.to_keep(lease, connection));
        if let Some(connection) = connection.as_ref().filter(|connection| connection.has_long_log()) {
            self.shorten_log(connection);
        }
        let mut state = self.lock();
        state.holders.forget(lease);
        let side = state.side(role);
        match connection {
            Some(connection) => side.free.push(connection),
            None => side.open -= 1,
        }
        // Waking nobody costs a system call all the same.
        let waiting = state.waiting > 0;
        drop(state);
        if waiting {
            self.freed.notify_all();
        }
    }

    /// The connection, unless it has to be closed: it stands outside of any transaction, and can do what it was opened for.
    fn to_keep(&self, lease: u64, connection: Box<SqliteConnection>) -> Option<Box<SqliteConnection>> {
        if !connection.in_transaction() && !connection.is_outdated() {
            return Some(connection);
        }
        self.rolled_back(lease, connection)
    }

    /// Waits for the reads that are under way, and empties the log; not if this thread reads, which would wait for itself.
    #[cold]
    fn shorten_log(&self, writer: &SqliteConnection) {
        let began = Instant::now();
        let mut state = self.lock();
        if state.holders.is_held_by_this_thread(Role::Reader) {
            return;
        }
        state.are_reads_held_back = true;
        while state.holders.is_held(Role::Reader)
            && let Some(left) = PATIENCE.checked_sub(began.elapsed())
        {
            state = self.wait(state, left);
        }
        drop(state);
        writer.shorten_log();
        self.lock().are_reads_held_back = false;
        self.freed.notify_all();
    }

    /// The same for one that a panic between `BEGIN` and `COMMIT` left in a transaction, or a `ROLLBACK` that failed.
    #[cold]
    fn rolled_back(&self, lease: u64, mut connection: Box<SqliteConnection>) -> Option<Box<SqliteConnection>> {
        // From here on `interrupt` does not reach the connection, so it cannot stop this rollback too.
        self.lock().holders.set_handle(lease, None);
        if connection.in_transaction() {
            // Whether it failed is seen by the connection's state.
            let _ = connection.batch("ROLLBACK");
        }
        let is_fit = !connection.in_transaction() && !connection.is_outdated();
        // A database in memory would be gone with its connection, which is looked at again before it is lent.
        (is_fit || matches!(self.place, Place::Memory)).then_some(connection)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Reader => "a reading connection",
            Role::Writer => "the writing connection",
        })
    }
}

impl Pool for SqlitePool {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn lend(&self, access: Access) -> Result<Box<dyn Lease + '_>> {
        Ok(Box::new(self.lease(access)?))
    }

    fn with(&self, access: Access, work: &mut dyn FnMut(&mut dyn Connection)) -> Result<()> {
        work(self.lease(access)?.connection());
        Ok(())
    }

    fn sampled_rows(&self) -> u64 {
        self.options.sampled_rows
    }

    fn backup(&self, to: &Path, progress: &mut dyn FnMut(BackupProgress)) -> Result<()> {
        let mut lent = self.lease(Access::Read)?;
        let connection = lent.sqlite();
        // In a transaction the connection goes on seeing one state, so that the copy need not begin again after each write.
        connection.batch("BEGIN")?;
        connection.raw().query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(error::convert)?;
        backup::backup(connection.raw(), to, connection.busy_timeout(), progress)?;
        connection.batch("COMMIT")
    }

    fn checkpoint(&self) -> Result<()> {
        self.lease(Access::Write)?.sqlite().checkpoint()
    }

    fn optimize(&self) -> Result<()> {
        // All tables, also those that only other connections read, and as many rows of each as make sense.
        let analyzed = self.lease(Access::Write)?.sqlite().raw().execute_batch("PRAGMA optimize = 0x10002");
        analyzed.map_err(error::convert)?;
        // The statistics are read when a connection is opened.
        let mut state = self.lock();
        let readers = std::mem::take(&mut state.readers.free);
        state.readers.open -= readers.len();
        drop(state);
        self.freed.notify_all();
        Ok(())
    }

    fn interrupt(&self) -> Result<()> {
        self.lock().holders.handles().flatten().for_each(InterruptHandle::interrupt);
        Ok(())
    }
}

/// A lent connection.
struct Lent<'p> {
    pool: &'p SqlitePool,
    lease: u64,
    role: Role,
    /// There until dropped, once it is open.
    connection: Option<Box<SqliteConnection>>,
}

impl Lent<'_> {
    fn sqlite(&mut self) -> &mut SqliteConnection {
        self.connection.as_deref_mut().expect("a lease holds its connection until it is dropped")
    }

    /// Opens the connection. The hook of the program may take a while, in which others can go on.
    fn opened(mut self) -> Result<Self> {
        let access = match self.role {
            Role::Reader => Access::Read,
            Role::Writer => Access::Write,
        };
        let connection = open(&self.pool.place, access, &self.pool.options)?;
        self.pool.lock().holders.set_handle(self.lease, Some(connection.interrupt_handle()));
        self.connection = Some(Box::new(connection));
        Ok(self)
    }

    /// The same lease, of a connection that is in no transaction: what is written in an old one would be rolled back later.
    fn outside_of_transactions(mut self) -> Result<Self> {
        if !self.is_in_transaction() {
            return Ok(self);
        }
        self.connection = self.connection.take().and_then(|connection| self.pool.rolled_back(self.lease, connection));
        if self.connection.is_none() {
            return self.opened();
        }
        if self.is_in_transaction() {
            let message = "an earlier transaction of the connection cannot be rolled back".to_owned();
            return Err(Error::new(Kind::TransactionLost { message }));
        }
        let handle = self.connection.as_ref().map(|connection| connection.interrupt_handle());
        self.pool.lock().holders.set_handle(self.lease, handle);
        Ok(self)
    }

    fn is_in_transaction(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.in_transaction())
    }
}

impl Lease for Lent<'_> {
    fn connection(&mut self) -> &mut dyn Connection {
        self.sqlite()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.give_back(self.lease, self.role, self.connection.take());
    }
}

#[cfg(test)]
mod tests;
