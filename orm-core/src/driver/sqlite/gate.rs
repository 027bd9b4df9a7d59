//! Prevents the commit of a statement before its rows were accepted, or if it changed more rows than expected.
//!
//! A statement outside of a transaction is committed by its last step, and also when it is abandoned halfway. SQLite
//! calls a hook before each commit, and rolls back if the hook refuses. Another hook is called for each changed row.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Whether a connection may commit.
pub(super) struct Gate {
    state: Arc<State>,
}

struct State {
    open: AtomicBool,
    /// The number of changed rows, if they are counted.
    changes: AtomicU64,
    /// The maximum number of changes with which a closed gate allows the commit; 0 if the changes are not counted.
    most: AtomicU64,
}

impl Gate {
    /// Installs the hook of a connection.
    pub(super) fn install(raw: &mut rusqlite::Connection) -> rusqlite::Result<Self> {
        let (changes, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let state = Arc::new(State { open: AtomicBool::new(true), changes, most });
        let shared = Arc::clone(&state);
        raw.commit_hook(Some(move || !shared.lets_pass()))?;
        Ok(Gate { state })
    }

    /// Closes the gate until the returned value is dropped.
    pub(super) fn close(&self) -> Closed<'_> {
        self.set(false);
        Closed { gate: self }
    }

    /// Counts changed rows, so that a closed gate allows up to `most` of them. This is not done for all statements,
    /// because it would make a bulk insert 5 % slower.
    pub(super) fn count(&self, raw: &mut rusqlite::Connection, most: u64) -> rusqlite::Result<()> {
        self.state.changes.store(0, Ordering::Relaxed);
        self.state.most.store(most, Ordering::Relaxed);
        let shared = Arc::clone(&self.state);
        raw.update_hook(Some(move |_, _: &str, _: &str, _| {
            shared.changes.fetch_add(1, Ordering::Relaxed);
        }))
    }

    /// Stops counting.
    pub(super) fn end_count(&self, raw: &mut rusqlite::Connection) -> rusqlite::Result<()> {
        self.state.most.store(0, Ordering::Relaxed);
        raw.update_hook(None::<fn(rusqlite::hooks::Action, &str, &str, i64)>)
    }

    fn set(&self, open: bool) {
        self.state.open.store(open, Ordering::Relaxed);
    }
}

impl State {
    fn lets_pass(&self) -> bool {
        let (changes, most) = (self.changes.load(Ordering::Relaxed), self.most.load(Ordering::Relaxed));
        self.open.load(Ordering::Relaxed) || changes <= most && most > 0
    }
}

/// A closed gate, unless the commit is allowed.
pub(super) struct Closed<'g> {
    gate: &'g Gate,
}

impl Closed<'_> {
    /// Sets whether the statement may be committed.
    pub(super) fn allow(&self, allowed: bool) {
        self.gate.set(allowed);
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.gate.set(true);
    }
}
