//! The wish of another thread that a wait for an answer ends.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use super::lost::Lost;
use mio::Waker;

/// The wish of another thread that a wait ends.
pub(super) struct Stop {
    waker: Waker,
    /// How many pieces of work have begun on the connection.
    works: AtomicU64,
    /// Which of them is to end.
    stopped: AtomicU64,
    /// The server could not be told, so that no answer is to be expected.
    is_in_vain: AtomicBool,
}

impl Stop {
    pub(super) fn new(waker: Waker) -> Self {
        Stop { waker, works: AtomicU64::new(0), stopped: AtomicU64::new(0), is_in_vain: AtomicBool::new(false) }
    }

    /// Says that a piece of work begins, which no wish is about yet.
    pub(super) fn begin(&self) {
        self.works.store(self.work() + 1, SeqCst);
    }

    /// The work of now.
    pub(super) fn work(&self) -> u64 {
        self.works.load(SeqCst)
    }

    /// Whether the work of now is to end after an answer.
    ///
    /// # Errors
    ///
    /// If it is to end without one.
    pub(super) fn is_asked(&self) -> Result<bool, Lost> {
        let is_asked = self.stopped.load(SeqCst) == self.work();
        if is_asked && self.is_in_vain.load(SeqCst) { Err(Lost::Stopped) } else { Ok(is_asked) }
    }

    /// Asks for the end of a piece of work, whose server could not be told where it `is_in_vain`.
    pub(super) fn ask(&self, work: u64, is_in_vain: bool) {
        self.is_in_vain.store(is_in_vain, SeqCst);
        self.stopped.store(work, SeqCst);
        // A wait that cannot be woken ends by itself.
        let _ = self.waker.wake();
    }
}
