//! Futures that are dropped before they are ready.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

/// Polls a future this number of times, each time when it was woken, then lets some time pass and drops it. Returns its output if it
/// was ready before.
pub(crate) fn dropped_after<F: Future>(polls: usize, pause: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let waker: Waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    for poll in 1..=polls {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        if poll < polls {
            thread::park_timeout(Duration::from_secs(10));
        }
    }
    thread::sleep(pause);
    None
}

/// Drops a future after 0, 1, 2 .. polls until it is ready in time, with some pauses before each; `begin` makes it, and `check`
/// looks at what is left, and at its output.
pub(crate) fn sweep<F: Future>(mut begin: impl FnMut() -> F, mut check: impl FnMut(Option<F::Output>)) {
    for polls in 0.. {
        let mut is_ready = false;
        for pause in [0, 50, 500] {
            let output = dropped_after(polls, Duration::from_micros(pause), begin());
            is_ready |= output.is_some();
            check(output);
        }
        if is_ready {
            return;
        }
        assert!(polls < 100, "the future is never ready");
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
