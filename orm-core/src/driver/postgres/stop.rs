//! Requests of another thread to end a wait for an answer.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use super::lost::Lost;
use mio::Waker;

/// Requests of another thread to end a wait.
pub(super) struct Stop {
    waker: Waker,
    /// The number of the current piece of work on the connection.
    works: AtomicU64,
    /// The number of the work that has to end.
    stopped: AtomicU64,
    /// The server could not be reached, so no answer will arrive.
    is_in_vain: AtomicBool,
}

impl Stop {
    pub(super) fn new(waker: Waker) -> Self {
        Stop { waker, works: AtomicU64::new(0), stopped: AtomicU64::new(0), is_in_vain: AtomicBool::new(false) }
    }

    /// Notes that a piece of work begins, for which there is no request yet.
    pub(super) fn begin(&self) {
        self.works.store(self.work() + 1, SeqCst);
    }

    /// The number of the current work.
    pub(super) fn work(&self) -> u64 {
        self.works.load(SeqCst)
    }

    /// Whether the current work has to end after an answer.
    ///
    /// # Errors
    ///
    /// Returns an error if it has to end without one.
    pub(super) fn is_asked(&self) -> Result<bool, Lost> {
        let is_asked = self.stopped.load(SeqCst) == self.work();
        if is_asked && self.is_in_vain.load(SeqCst) { Err(Lost::Stopped) } else { Ok(is_asked) }
    }

    /// Requests the end of a piece of work; with `is_in_vain`, its server could not be reached.
    pub(super) fn ask(&self, work: u64, is_in_vain: bool) {
        self.is_in_vain.store(is_in_vain, SeqCst);
        self.stopped.store(work, SeqCst);
        // A wait that cannot be woken ends by itself.
        let _ = self.waker.wake();
    }
}
