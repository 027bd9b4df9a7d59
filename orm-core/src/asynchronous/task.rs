//! Work that another thread does, and the future that awaits it.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe, Location};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::{fmt, mem};

use super::job::Job;
use super::place::Place;
use super::slot::Slot;
use crate::access::Access;
use crate::ast::CallSite;
use crate::db::{On, Site};
use crate::error::{Error, Result};

/// Work of which a result is awaited.
trait Promise<T>: Job {
    /// The result, if it is there.
    fn poll(&self, context: &Context<'_>) -> Poll<Result<T>>;

    /// Drops the work, unless it runs already or is done.
    fn abandon(&self);
}

/// Some work, and the place for its result: one allocation for both.
struct Task<W, T> {
    /// There until it runs.
    work: Mutex<Option<W>>,
    caller: CallSite,
    result: Slot<T>,
}

impl<W, T> Task<W, T> {
    fn take(&self) -> Option<W> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<W: FnOnce(On<'_>) -> Result<T> + Send, T: Send> Job for Task<W, T> {
    fn run(&self, site: &dyn Site) {
        if let Some(work) = self.take() {
            let on = On::new(site, self.caller);
            self.result.put(panic::catch_unwind(AssertUnwindSafe(|| work(on))));
        }
    }

    fn refuse(&self, error: Error) {
        drop(self.take());
        self.result.put(Ok(Err(error)));
    }
}

impl<W: FnOnce(On<'_>) -> Result<T> + Send, T: Send> Promise<T> for Task<W, T> {
    fn poll(&self, context: &Context<'_>) -> Poll<Result<T>> {
        self.result.poll(context)
    }

    fn abandon(&self) {
        drop(self.take());
    }
}

/// A call that is awaited: the future that queries and writes return for an `AsyncDb`.
///
/// Nothing is sent before it is first polled. When it is dropped, work that waits for a connection is not done. Work that a
/// connection does already is finished, and its result is dropped: a write is then there wholly or not at all.
#[must_use = "a call on an asynchronous database does nothing until it is awaited"]
pub struct Pending<'e, T> {
    state: State<'e>,
    task: Arc<dyn Promise<T> + 'static>,
    caller: &'static Location<'static>,
    result: PhantomData<fn() -> T>,
}

enum State<'e> {
    Unsent(Place<'e>, Access),
    Sent,
    Done,
}

impl<'e, T: Send + 'static> Pending<'e, T> {
    /// Work that is sent to a place when it is first polled.
    #[track_caller]
    pub(super) fn new(
        place: Place<'e>,
        access: Access,
        work: impl FnOnce(On<'_>) -> Result<T> + Send + 'static,
    ) -> Self {
        let caller = CallSite::here();
        let task = Arc::new(Task { work: Mutex::new(Some(work)), caller, result: Slot::default() });
        Pending { state: State::Unsent(place, access), task, caller: Location::caller(), result: PhantomData }
    }
}

impl<T> Pending<'_, T> {
    /// Blocks the thread until the result is there.
    pub(super) fn wait(mut self) -> Result<T> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn send(&mut self, context: &Context<'_>) {
        if let State::Unsent(place, access) = mem::replace(&mut self.state, State::Sent) {
            place.send(Arc::clone(&self.task) as Arc<dyn Job>, access, self.caller, context);
        }
    }
}

impl<T> Future for Pending<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        self.send(context);
        let result = self.task.poll(context);
        if result.is_ready() {
            self.state = State::Done;
        }
        result
    }
}

impl<T> Drop for Pending<'_, T> {
    fn drop(&mut self) {
        if matches!(self.state, State::Sent) {
            self.task.abandon();
        }
    }
}

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<T> fmt::Debug for Pending<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.caller)
    }
}
