//! A place for one value that a future waits for.

use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::error::Result;

/// The result of some work, when it is done, and the task that waits for it. A panic of the work is resumed in this
/// task.
pub(super) struct Slot<T>(Mutex<State<T>>);

struct State<T> {
    result: Option<thread::Result<Result<T>>>,
    waiting: Option<Waker>,
}

impl<T> Slot<T> {
    /// Puts the result in, and wakes the task that waits for it.
    pub(super) fn put(&self, result: thread::Result<Result<T>>) {
        let mut state = self.lock();
        state.result = Some(result);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// Wakes the task that waits, although there is no result yet.
    pub(super) fn wake(&self) {
        let waiting = self.lock().waiting.take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// Takes the result, or registers the task to be woken when it is there.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Result<T>> {
        let mut state = self.lock();
        if let Some(result) = state.result.take() {
            drop(state);
            return Poll::Ready(result.unwrap_or_else(|panicked| panic::resume_unwind(panicked)));
        }
        match &mut state.waiting {
            Some(waker) => waker.clone_from(context.waker()),
            waiting => *waiting = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot(Mutex::new(State { result: None, waiting: None }))
    }
}
