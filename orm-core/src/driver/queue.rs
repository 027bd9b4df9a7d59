//! The queue of a pool: threads that wait for a connection until one is free, or for too long.

use std::fmt::Display;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::holders::Holders;
use crate::error::{Error, ErrorKind, Result};

/// The connections of a pool, who holds them, and the threads that wait for one.
pub(super) struct Queue<Connections, Role, Handle> {
    state: Mutex<State<Connections, Role, Handle>>,
    freed: Condvar,
}

/// What is known of a pool's connections.
pub(super) struct State<Connections, Role, Handle> {
    pub(super) connections: Connections,
    pub(super) holders: Holders<Role, Handle>,
    /// How many threads wait.
    waiting: usize,
}

impl<Connections, Role: Copy + PartialEq + Display, Handle> Queue<Connections, Role, Handle> {
    pub(super) fn of(connections: Connections) -> Self {
        let state = State { connections, holders: Holders::default(), waiting: 0 };
        Queue { state: Mutex::new(state), freed: Condvar::new() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<Connections, Role, Handle>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection for a role, as soon as `take` finds one; it is told when the wait began.
    ///
    /// # Errors
    ///
    /// When this thread holds every connection of the role, or when the wait took as long as this; the error says who holds
    /// them.
    pub(super) fn take<T>(
        &self,
        role: Role,
        most: Duration,
        mut take: impl FnMut(&mut State<Connections, Role, Handle>, Instant) -> Option<T>,
    ) -> Result<T> {
        let began = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(taken) = take(&mut state, began) {
                return Ok(taken);
            }
            if let Some(held_by) = state.holders.held_by_this_thread(role) {
                return Err(Error::new(ErrorKind::Reentrant { held_by }));
            }
            let waited = began.elapsed();
            let Some(left) = most.checked_sub(waited).filter(|left| !left.is_zero()) else {
                return Err(Error::new(ErrorKind::PoolTimeout { waited, holders: state.holders.describe(role) }));
            };
            state = self.wait(state, left);
        }
    }

    /// Waits until a connection is given back, but not longer than this.
    pub(super) fn wait<'s>(
        &self,
        mut state: MutexGuard<'s, State<Connections, Role, Handle>>,
        time: Duration,
    ) -> MutexGuard<'s, State<Connections, Role, Handle>> {
        state.waiting += 1;
        let mut state = self.freed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0;
        state.waiting -= 1;
        state
    }

    /// Ends a lease, whose connection `put` gives back, and wakes one of those who wait, or all: who needs one of a role may not
    /// be who is woken.
    pub(super) fn give_back(&self, lease: u64, put: impl FnOnce(&mut Connections), wake: fn(&Condvar)) {
        let mut state = self.lock();
        state.holders.forget(lease);
        put(&mut state.connections);
        // Waking nobody costs a system call all the same.
        let waiting = state.waiting > 0;
        drop(state);
        if waiting {
            wake(&self.freed);
        }
    }

    /// Wakes all who wait, to look again.
    #[cfg(feature = "sqlite")]
    pub(super) fn wake_all(&self) {
        self.freed.notify_all();
    }
}
