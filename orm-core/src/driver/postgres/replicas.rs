//! A primary and its replicas: where reads go.
//!
//! Positions in the primary's log show how far a replica has replayed it. A replica is read only if it has replayed the
//! writes of this handle, and all writes up to some time ago.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::pool::PostgresPool;
use crate::access::Access;
use crate::driver::{Capacity, Connection, Lease, Pool};
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::sql::Dialect;
use crate::value::ValueRef;

/// A primary and its replicas.
pub(super) struct Replicated {
    primary: PostgresPool,
    replicas: Vec<Replica>,
    /// The maximum lag of a replica.
    lag: Duration,
    /// Something was written after the required position was read.
    has_written: AtomicBool,
    positions: Mutex<Positions>,
    turn: AtomicUsize,
}

struct Replica {
    pool: PostgresPool,
    state: Mutex<State>,
}

/// The last known state of a replica.
#[derive(Clone, Copy)]
struct State {
    /// The position that it had replayed; `None` if it did not answer, or is not a replica.
    replayed: Option<i64>,
    asked: Option<Instant>,
}

/// Positions of the primary.
#[derive(Default)]
struct Positions {
    /// The position after the last write of this handle.
    own: i64,
    /// Positions with their times: the oldest first.
    seen: Vec<(Instant, i64)>,
}

/// How long a known position is considered current.
const FRESH: Duration = Duration::from_millis(100);
/// How long a replica that lags too far is given to catch up.
const SOON: Duration = Duration::from_millis(5);
/// How long a replica that failed is skipped.
const PAUSE: Duration = Duration::from_secs(1);

const WRITTEN: &str = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS bigint)";
const REPLAYED: &str = "SELECT CAST(pg_last_wal_replay_lsn() - '0/0' AS bigint) WHERE pg_is_in_recovery()";

impl Replicated {
    pub(super) fn new(primary: PostgresPool, replicas: Vec<PostgresPool>, lag: Duration) -> Self {
        let unknown = State { replayed: None, asked: None };
        let replica = |pool| Replica { pool, state: Mutex::new(unknown) };
        Replicated {
            primary,
            replicas: replicas.into_iter().map(replica).collect(),
            lag,
            // Another process of the program may have written before.
            has_written: AtomicBool::new(true),
            positions: Mutex::default(),
            turn: AtomicUsize::new(0),
        }
    }

    /// A connection to a replica that has replayed enough.
    fn lend_replica(&self) -> Option<Lease<'_>> {
        let required = self.required()?;
        let first = self.turn.fetch_add(1, SeqCst);
        let turns =
            (0..self.replicas.len()).map(|turn| &self.replicas[(first.wrapping_add(turn)) % self.replicas.len()]);
        turns.into_iter().find_map(|replica| replica.lend(required))
    }

    /// The position that a replica must have replayed; `None` if it is unknown.
    fn required(&self) -> Option<i64> {
        let now = Instant::now();
        let mut positions = lock(&self.positions);
        let is_known = positions.seen.last().is_some_and(|(at, _)| now.duration_since(*at) < FRESH);
        let has_written = self.has_written.swap(false, SeqCst);
        if has_written || !is_known {
            let asked = self.primary.lend(Access::Read).and_then(|mut lease| position(lease.connection(), WRITTEN));
            match asked {
                Ok(Some(position)) => positions.note(now, position, has_written, self.lag),
                // If the primary does not answer, replicas are read if nothing was written that they may lack.
                Ok(None) | Err(_) if has_written => {
                    self.has_written.store(true, SeqCst);
                    return None;
                }
                Ok(None) | Err(_) => {}
            }
        }
        Some(positions.required(now, self.lag))
    }
}

impl Positions {
    fn note(&mut self, at: Instant, position: i64, is_own: bool, lag: Duration) {
        if is_own {
            self.own = position;
        }
        self.seen.push((at, position));
        // The last one that is old enough is used.
        let old = self.seen.iter().take_while(|(seen, _)| at.duration_since(*seen) >= lag).count();
        self.seen.drain(..old.saturating_sub(1));
    }

    fn required(&self, now: Instant, lag: Duration) -> i64 {
        let old = self.seen.iter().rev().find(|(seen, _)| now.duration_since(*seen) >= lag);
        self.own.max(old.map_or(0, |(_, position)| *position))
    }
}

impl Replica {
    /// A connection, if the replica answers and has replayed enough.
    fn lend(&self, required: i64) -> Option<Lease<'_>> {
        let state = *lock(&self.state);
        let age = state.asked.map(|asked| asked.elapsed());
        match (state.replayed, age) {
            (None, Some(age)) if age < PAUSE => return None,
            (Some(replayed), Some(age)) if age < SOON && replayed < required => return None,
            // Positions only increase.
            (Some(replayed), Some(age)) if age < FRESH && replayed >= required => {}
            _ => {
                if state.replayed.is_none() {
                    // Only one thread checks whether it answers again, because that may take a while.
                    *lock(&self.state) = State { replayed: None, asked: Some(Instant::now()) };
                }
                let replayed = self.ask();
                *lock(&self.state) = State { replayed, asked: Some(Instant::now()) };
                replayed.filter(|replayed| *replayed >= required)?;
            }
        }
        let lease = self.pool.lend(Access::Read);
        if lease.is_err() {
            *lock(&self.state) = State { replayed: None, asked: Some(Instant::now()) };
        }
        lease.ok()
    }

    fn ask(&self) -> Option<i64> {
        let mut lease = self.pool.lend(Access::Read).ok()?;
        position(lease.connection(), REPLAYED).ok()?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn position(connection: &mut dyn Connection, text: &str) -> Result<Option<i64>> {
    let mut found = Found(None);
    connection.query(text, &[], &mut found)?;
    Ok(found.0)
}

/// Reads a number.
struct Found(Option<i64>);

impl RowSink for Found {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if let Ok(ValueRef::Int(number)) = row.value(0) {
            self.0 = Some(number);
        }
        Ok(())
    }
}

impl Pool for Replicated {
    fn dialect(&self) -> &'static dyn Dialect {
        self.primary.dialect()
    }

    fn capacity(&self) -> Capacity {
        let primary = self.primary.capacity();
        let replicas = self.replicas.iter().map(|replica| replica.pool.capacity().writers).sum();
        Capacity { readers: replicas, ..primary }
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        if access == Access::Write {
            return Ok(Lease::new(Writing { lease: self.primary.lend(access)?, has_written: &self.has_written }));
        }
        self.lend_replica().map_or_else(|| self.primary.lend(access), Ok)
    }

    fn interrupt(&self) -> Result<()> {
        let replicas = self.replicas.iter().map(|replica| replica.pool.interrupt());
        std::iter::once(self.primary.interrupt()).chain(replicas).collect()
    }
}

/// A connection to the primary, on which something may be written.
struct Writing<'p> {
    lease: Lease<'p>,
    has_written: &'p AtomicBool,
}

impl AsMut<dyn Connection> for Writing<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.lease.connection()
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.has_written.store(true, SeqCst);
    }
}
