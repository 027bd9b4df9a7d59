//! The pool of a file: one connection that writes and several that read. A database in memory has one that does both.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rusqlite::InterruptHandle;

use super::connection::SqliteConnection;
use super::{Place, SqliteOptions};
use crate::db::Access;
use crate::driver::holders::Holders;
use crate::driver::{Connection, Lease, Pool};
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
    /// Boxed, since a connection is large and moves with each lease.
    writer: Option<Box<SqliteConnection>>,
    #[expect(clippy::vec_box, reason = "they move as the writer does")]
    readers: Vec<Box<SqliteConnection>>,
    /// How many readers are open or being opened, lent ones included.
    open_readers: usize,
    holders: Holders<Role, Option<InterruptHandle>>,
    /// How many threads wait for a connection.
    waiting: usize,
}

impl State {
    /// A connection that is free.
    fn take(&mut self, role: Role) -> Option<Box<SqliteConnection>> {
        match role {
            Role::Writer => self.writer.take(),
            Role::Reader => self.readers.pop(),
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
        SqlitePool::open(Place::File(path), options)
    }

    pub(super) fn memory(options: SqliteOptions) -> Result<Self> {
        SqlitePool::open(Place::Memory, options)
    }

    fn open(place: Place, options: SqliteOptions) -> Result<Self> {
        let writer = SqliteConnection::open(&place, Access::Write, &options)?;
        let state = State {
            writer: Some(Box::new(writer)),
            readers: Vec::new(),
            open_readers: 0,
            holders: Holders::default(),
            waiting: 0,
        };
        Ok(SqlitePool { place, options, state: Mutex::new(state), freed: Condvar::new() })
    }

    /// Which connection does the work: in memory there is only the writer.
    fn role(&self, access: Access) -> Role {
        match (&self.place, access) {
            (Place::File(_), Access::Read) => Role::Reader,
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
            if let Some(connection) = state.take(role) {
                let lease = state.holders.note(role, began, Some(connection.interrupt_handle()));
                return Ok(Lent { pool: self, lease, role, connection: Some(connection) });
            }
            if role == Role::Reader && state.open_readers < self.options.readers {
                state.open_readers += 1;
                let lease = state.holders.note(role, began, None);
                drop(state);
                return self.open_reader(lease);
            }
            if let Some(held_by) = state.holders.held_by_this_thread(role) {
                return Err(Error::new(Kind::Reentrant { held_by }));
            }
            let waited = began.elapsed();
            let Some(left) = self.options.pool_timeout.checked_sub(waited).filter(|left| !left.is_zero()) else {
                return Err(Error::new(Kind::PoolTimeout { waited, holders: state.holders.describe(role) }));
            };
            state.waiting += 1;
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
    }

    /// Opens one more reader for a lease. The hook of the program may take a while, in which others can go on.
    fn open_reader(&self, lease: u64) -> Result<Lent<'_>> {
        let mut lent = Lent { pool: self, lease, role: Role::Reader, connection: None };
        let reader = SqliteConnection::open(&self.place, Access::Read, &self.options)?;
        self.lock().holders.set_handle(lease, Some(reader.interrupt_handle()));
        lent.connection = Some(Box::new(reader));
        Ok(lent)
    }

    /// Ends a lease. Without a connection there is room for a new reader.
    fn give_back(&self, lease: u64, role: Role, mut connection: Option<Box<SqliteConnection>>) {
        // Whoever panicked between BEGIN and COMMIT left a transaction open.
        let is_clean = |connection: &mut Box<SqliteConnection>| {
            !connection.in_transaction() || connection.batch("ROLLBACK").is_ok()
        };
        let clean = connection.as_mut().is_some_and(is_clean);
        let mut state = self.lock();
        state.holders.forget(lease);
        match (role, connection) {
            (Role::Writer, connection) => state.writer = connection,
            (Role::Reader, Some(connection)) if clean => state.readers.push(connection),
            (Role::Reader, _) => state.open_readers -= 1,
        }
        // Waking nobody costs a system call all the same.
        let waiting = state.waiting > 0;
        drop(state);
        if waiting {
            self.freed.notify_all();
        }
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

impl Lease for Lent<'_> {
    fn connection(&mut self) -> &mut dyn Connection {
        self.connection.as_deref_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.give_back(self.lease, self.role, self.connection.take());
    }
}
