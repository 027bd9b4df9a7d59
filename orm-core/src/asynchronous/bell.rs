//! The bell that calls an idle worker.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// The bell of one worker. The thread that takes it out of the list of idle workers rings it.
pub(super) struct Bell {
    worker: Thread,
    is_rung: AtomicBool,
}

/// How long a worker listens before it sleeps.
const LISTENS: Duration = Duration::from_micros(20);

impl Bell {
    /// A bell of the current thread.
    pub(super) fn new() -> Self {
        Bell { worker: thread::current(), is_rung: AtomicBool::new(false) }
    }

    /// Calls the worker.
    pub(super) fn ring(&self) {
        self.is_rung.store(true, Ordering::Release);
        self.worker.unpark();
    }

    /// Returns when the bell has been rung, so that the bell can be used again. If `is_soon`, the worker stays awake for
    /// a moment, and lets other threads run meanwhile.
    pub(super) fn wait(&self, is_soon: bool) {
        let begin = Instant::now();
        while is_soon && begin.elapsed() < LISTENS {
            if self.was_rung() {
                return;
            }
            thread::yield_now();
        }
        while !self.was_rung() {
            thread::park();
        }
    }

    fn was_rung(&self) -> bool {
        self.is_rung.swap(false, Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What is rung before the wait, during it, or while the worker listens, ends exactly one wait.
    #[test]
    fn each_ring_ends_one_wait() {
        for is_soon in [false, true] {
            let bell = Arc::new(Bell::new());
            let other = Arc::clone(&bell);
            let ringing = thread::spawn(move || {
                for pause in [0, 5, 40, 2000] {
                    thread::sleep(Duration::from_micros(pause));
                    other.ring();
                    while other.is_rung.load(Ordering::Acquire) {
                        thread::yield_now();
                    }
                }
            });
            for _ in 0..4 {
                bell.wait(is_soon);
            }
            ringing.join().expect("the other thread has rung four times");
            assert!(!bell.was_rung());
        }
    }
}
