//! Keeps a statement from being committed before its rows were taken.
//!
//! A statement that runs alone is committed by its last step, and also when it is abandoned half-way. SQLite asks a hook
//! before each commit, and rolls back when that says no.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a connection may commit.
pub(super) struct Gate {
    open: Arc<AtomicBool>,
}

impl Gate {
    /// Installs the hook of a connection.
    pub(super) fn install(raw: &mut rusqlite::Connection) -> rusqlite::Result<Self> {
        let open = Arc::new(AtomicBool::new(true));
        let shared = Arc::clone(&open);
        raw.commit_hook(Some(move || !shared.load(Ordering::Relaxed)))?;
        Ok(Gate { open })
    }

    /// Closes the gate until what is returned is dropped.
    pub(super) fn close(&self) -> Closed<'_> {
        self.set(false);
        Closed { gate: self }
    }

    fn set(&self, open: bool) {
        self.open.store(open, Ordering::Relaxed);
    }
}

/// A gate that is closed, unless it is told that a commit is fine.
pub(super) struct Closed<'g> {
    gate: &'g Gate,
}

impl Closed<'_> {
    /// Says whether the statement may be committed as it stands.
    pub(super) fn allow(&self, allowed: bool) {
        self.gate.set(allowed);
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.gate.set(true);
    }
}
