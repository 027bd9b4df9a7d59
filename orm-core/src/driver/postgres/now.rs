//! Running futures that block.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future that blocks the thread when it has to wait, so it is ready when it is first polled.
///
/// The work on a connection is written once, as futures. A task polls them, and a thread that may block runs them with
/// this function.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a connection that blocks does not wait for a task"),
    }
}
