//! The queue of a pool: threads that wait for a connection until one is free, or for too long.

use std::fmt::Display;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::holders::Holders;
use crate::error::{Error, ErrorKind, Result};

/// The connections of a pool, their users, and the threads that wait for one.
pub(super) struct Queue<Connections, Role, Handle> {
    state: Mutex<State<Connections, Role, Handle>>,
    freed: Condvar,
}

/// The state of a pool's connections.
pub(super) struct State<Connections, Role, Handle> {
    pub(super) connections: Connections,
    pub(super) holders: Holders<Role, Handle>,
    /// The number of waiting threads.
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

    /// Takes a connection for a role, as soon as `take` finds one; `take` receives the beginning of the wait.
    ///
    /// # Errors
    ///
    /// Returns an error if this thread holds every connection of the role, or if the wait reaches the limit; the error
    /// lists the users of the connections.
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

    /// Waits until a connection is returned, at most for the given time.
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

    /// Ends a lease, whose connection `put` returns, and wakes one of the waiting threads, or all: a thread that needs
    /// a connection of one role may not be the one that is woken.
    pub(super) fn give_back(&self, lease: u64, put: impl FnOnce(&mut Connections), wake: fn(&Condvar)) {
        let mut state = self.lock();
        state.holders.forget(lease);
        put(&mut state.connections);
        // Waking nobody would still cost a system call.
        let waiting = state.waiting > 0;
        drop(state);
        if waiting {
            wake(&self.freed);
        }
    }

    /// Wakes all waiting threads, to look again.
    #[cfg(feature = "sqlite")]
    pub(super) fn wake_all(&self) {
        self.freed.notify_all();
    }
}
