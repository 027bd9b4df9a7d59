//! The pool of a file: one connection that writes and several that read. A database in memory has one that does both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, MutexGuard};
#[cfg(feature = "async")]
use std::time::Duration;
use std::time::Instant;

use rusqlite::InterruptHandle;

#[cfg(feature = "async")]
use super::brief::BriefConnection;
use super::connection::SqliteConnection;
use super::open::open;
use super::options::SqliteOptions;
use super::place::Place;
use super::wal::PATIENCE;
use super::{backup, error};
use crate::access::Access;
#[cfg(feature = "async")]
use crate::driver::Brief;
use crate::driver::queue::{self, Queue};
use crate::driver::{BackupProgress, Capacity, Connection, Lease, Pool};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::Dialect;
use crate::sql::sqlite::Sqlite;

/// Connections to one SQLite database.
pub(super) struct SqlitePool {
    place: Place,
    options: SqliteOptions,
    queue: Queue<Sides, Role, Option<InterruptHandle>>,
}

type State = queue::State<Sides, Role, Option<InterruptHandle>>;

/// The connections of both roles.
struct Sides {
    readers: Side,
    writers: Side,
    /// Whether new reads wait, so that the log can be emptied.
    are_reads_held_back: bool,
}

/// The connections of one role.
struct Side {
    /// Boxed, because a connection is large and moves with each lease.
    #[expect(clippy::vec_box, reason = "they move with each lease")]
    free: Vec<Box<SqliteConnection>>,
    /// The number of connections that are open or being opened, including those in use.
    open: usize,
    most: usize,
}

impl Side {
    fn of(most: usize) -> Self {
        Side { free: Vec::new(), open: 0, most }
    }
}

impl Sides {
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
        // A file that is missing later is an error, and not an empty database.
        if let Place::File { create, .. } = &mut place {
            *create = false;
        }
        let sides = Sides {
            readers: Side::of(options.readers),
            writers: Side { free: vec![Box::new(writer)], open: 1, most: 1 },
            are_reads_held_back: false,
        };
        Ok(SqlitePool { place, options, queue: Queue::of(sides) })
    }

    /// The connection for the work: in memory there is only the writer.
    fn role(&self, access: Access) -> Role {
        match (&self.place, access) {
            (Place::File { .. }, Access::Read) => Role::Reader,
            _ => Role::Writer,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.queue.lock()
    }

    /// A connection, when one is free.
    fn lease(&self, access: Access) -> Result<Lent<'_>> {
        let role = self.role(access);
        let (lease, free) =
            self.queue.take(role, self.options.pool_timeout, |state, began| take(state, role, began))?;
        let lent = Lent { pool: self, lease, role, connection: free };
        if lent.connection.is_some() { lent.outside_of_transactions() } else { lent.opened() }
    }

    /// A free connection that is open, outside of transactions.
    #[cfg(feature = "async")]
    fn lease_open(&self, access: Access) -> Option<Lent<'_>> {
        let role = self.role(access);
        let mut state = self.lock();
        let side = state.connections.side(role);
        side.free.last().filter(|free| !free.in_transaction())?;
        let (lease, connection) = take(&mut state, role, Instant::now())?;
        Some(Lent { pool: self, lease, role, connection })
    }

    /// Ends a lease. Without a connection, a new one can be opened.
    fn give_back(&self, lease: u64, role: Role, connection: Option<Box<SqliteConnection>>) {
        let connection = connection.and_then(|connection| self.to_keep(lease, connection));
        if let Some(connection) = connection.as_ref().filter(|connection| connection.has_long_log()) {
            self.shorten_log(connection);
        }
        let put = |sides: &mut Sides| {
            let side = sides.side(role);
            match connection {
                Some(connection) => side.free.push(connection),
                None => side.open -= 1,
            }
        };
        self.queue.give_back(lease, put, Condvar::notify_all);
    }

    /// The connection, unless it has to be closed: it is outside of transactions, and can do what it was opened for.
    fn to_keep(&self, lease: u64, connection: Box<SqliteConnection>) -> Option<Box<SqliteConnection>> {
        if !connection.in_transaction() && !connection.is_outdated() {
            return Some(connection);
        }
        self.rolled_back(lease, connection)
    }

    /// Waits for current reads, and empties the log; not if this thread reads, because it would wait for itself.
    #[cold]
    fn shorten_log(&self, writer: &SqliteConnection) {
        let began = Instant::now();
        let mut state = self.lock();
        if state.holders.is_held_by_this_thread(Role::Reader) {
            return;
        }
        state.connections.are_reads_held_back = true;
        while state.holders.is_held(Role::Reader)
            && let Some(left) = PATIENCE.checked_sub(began.elapsed())
        {
            state = self.queue.wait(state, left);
        }
        drop(state);
        writer.shorten_log();
        self.lock().connections.are_reads_held_back = false;
        self.queue.wake_all();
    }

    /// Does the same for a connection that a panic between `BEGIN` and `COMMIT`, or a failed `ROLLBACK`, left in a
    /// transaction.
    #[cold]
    fn rolled_back(&self, lease: u64, mut connection: Box<SqliteConnection>) -> Option<Box<SqliteConnection>> {
        // From here on `interrupt` does not reach the connection, so it cannot stop this rollback too.
        self.lock().holders.set_handle(lease, None);
        if connection.in_transaction() {
            // The state of the connection shows whether it failed.
            let _ = connection.batch("ROLLBACK");
        }
        let is_fit = !connection.in_transaction() && !connection.is_outdated();
        // A database in memory would be lost with its connection, which is checked again before it is reused.
        (is_fit || matches!(self.place, Place::Memory)).then_some(connection)
    }
}

/// A free connection of a role, or permission to open a new one, and the number of its lease.
fn take(state: &mut State, role: Role, began: Instant) -> Option<(u64, Option<Box<SqliteConnection>>)> {
    if holds_back(state, role) {
        return None;
    }
    let side = state.connections.side(role);
    let free = side.free.pop();
    if free.is_none() {
        if side.open == side.most {
            return None;
        }
        side.open += 1;
    }
    let handle = free.as_ref().map(|connection| connection.interrupt_handle());
    Some((state.holders.note(role, began, handle), free))
}

/// Whether this thread has to wait before it reads. A thread that reads already does not wait, because others wait for
/// it.
fn holds_back(state: &State, role: Role) -> bool {
    state.connections.are_reads_held_back && role == Role::Reader && !state.holders.is_held_by_this_thread(role)
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

    fn capacity(&self) -> Capacity {
        let SqliteOptions { readers, pool_timeout, .. } = self.options;
        match self.place {
            Place::File { .. } => Capacity { readers, writers: 1, patience: pool_timeout },
            Place::Memory => Capacity::alike(1, pool_timeout),
        }
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        Ok(Lease::new(self.lease(access)?))
    }

    fn with(&self, access: Access, work: &mut dyn FnMut(&mut dyn Connection)) -> Result<()> {
        work(self.lease(access)?.as_mut());
        Ok(())
    }

    #[cfg(feature = "async")]
    fn is_near(&self) -> bool {
        true
    }

    #[cfg(feature = "async")]
    fn briefly(&self, limit: Duration, work: &mut dyn FnMut(&mut dyn Connection)) -> Brief {
        let Some(mut lent) = self.lease_open(Access::Read) else { return Brief::NotBegun };
        let Ok(mut brief) = BriefConnection::limited(lent.sqlite(), limit) else { return Brief::NotBegun };
        work(&mut brief);
        if brief.is_broken_off() { Brief::BrokenOff } else { Brief::Whole }
    }

    fn sampled_rows(&self) -> u64 {
        self.options.sampled_rows
    }

    fn backup(&self, to: &Path, progress: &mut dyn FnMut(BackupProgress)) -> Result<()> {
        let mut lent = self.lease(Access::Read)?;
        let connection = lent.sqlite();
        // In a transaction the connection keeps one snapshot, so the copy need not restart after each write.
        connection.batch("BEGIN")?;
        connection.raw().query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(error::convert)?;
        backup::backup(connection.raw(), to, connection.busy_timeout(), progress)?;
        connection.batch("COMMIT")
    }

    fn checkpoint(&self) -> Result<()> {
        self.lease(Access::Write)?.sqlite().checkpoint()
    }

    fn optimize(&self) -> Result<()> {
        // All tables, also those that only other connections read, and a sensible number of rows of each.
        let analyzed = self.lease(Access::Write)?.sqlite().raw().execute_batch("PRAGMA optimize = 0x10002");
        analyzed.map_err(error::convert)?;
        // The statistics are read when a connection is opened.
        let mut state = self.lock();
        let readers = std::mem::take(&mut state.connections.readers.free);
        state.connections.readers.open -= readers.len();
        drop(state);
        self.queue.wake_all();
        Ok(())
    }

    fn interrupt(&self) -> Result<()> {
        self.lock().holders.handles().flatten().for_each(InterruptHandle::interrupt);
        Ok(())
    }
}

/// A checked-out connection.
struct Lent<'p> {
    pool: &'p SqlitePool,
    lease: u64,
    role: Role,
    /// Set until it is dropped, after it was opened.
    connection: Option<Box<SqliteConnection>>,
}

impl Lent<'_> {
    fn sqlite(&mut self) -> &mut SqliteConnection {
        self.connection.as_deref_mut().expect("a lease holds its connection until it is dropped")
    }

    /// Opens the connection. The hook of the program may take a while, so no lock is held.
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

    /// The same lease, with a connection outside of transactions: a write in an old transaction would be rolled back
    /// later.
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
            return Err(Error::new(ErrorKind::TransactionLost { message }));
        }
        let handle = self.connection.as_ref().map(|connection| connection.interrupt_handle());
        self.pool.lock().holders.set_handle(self.lease, handle);
        Ok(self)
    }

    fn is_in_transaction(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.in_transaction())
    }
}

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
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
