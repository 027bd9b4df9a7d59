//! Work with a result that a future awaits.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe, Location};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::budget;
use super::engine::Engine;
use super::lane::{Job, Permit};
use super::operation::Operation;
use super::origin::Origin;
use super::place::Place;
use super::slot::Slot;
use super::work::Work;
use crate::access::Access;
use crate::ast::CallSite;
use crate::db::{Attempt, On, Site};
use crate::error::{Error, Result};

/// Work with a result that a task awaits.
trait Promise<T>: Job {
    /// The result, if it is there.
    fn poll(&self, context: &Context<'_>) -> Poll<Result<T>>;

    /// Whether a task can do the work itself.
    fn repeats(&self) -> bool;

    /// Attempts the work with a function that runs it somewhere, and returns whether the result counts.
    fn attempt_in(&self, run: &mut dyn FnMut(&mut Attempt<'_>) -> bool) -> bool;

    /// The next step of a task that does the work itself.
    fn turn(&self) -> MutexGuard<'_, Turn>;

    /// Polls the work, which a task does itself. `None` if a worker has to do it.
    fn poll_operation(&self, operation: &mut Operation, context: &mut Context<'_>) -> Poll<Option<Result<T>>>;

    /// Drops the work, unless it runs already or is done.
    fn abandon(&self);
}

/// Some work, and the place for its result: one allocation for both.
struct Task<W, T> {
    /// There until it runs.
    work: Mutex<Option<W>>,
    caller: CallSite,
    turn: Mutex<Turn>,
    result: Slot<T>,
}

/// The state of work that a task does itself.
enum Turn {
    /// A worker has it, or it is done, or was dropped.
    Elsewhere,
    /// It waits for the permit to use a connection.
    Waiting(Origin, Access),
    /// It may begin.
    Granted(Permit, Origin, Access),
    /// It waits for an answer.
    Asking(Operation),
}

impl Turn {
    fn take(&mut self) -> Self {
        std::mem::replace(self, Turn::Elsewhere)
    }
}

impl<T, W: Work<T>> Task<W, T> {
    fn take(&self) -> Option<W> {
        lock(&self.work).take()
    }

    /// Attempts some work. The result is set if the attempt reached the end.
    fn attempt(&self, work: Option<&mut W>, site: &dyn Site, result: &mut Tried<T>) -> ControlFlow<()> {
        let on = On::new(site, self.caller);
        let attempt = panic::catch_unwind(AssertUnwindSafe(|| work.and_then(|work| work.attempt(on))));
        let is_broken = !matches!(attempt, Ok(Some(_)));
        *result = attempt.transpose();
        if is_broken { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl<T: Send, W: Work<T>> Task<W, T> {
    /// Finishes on a worker what the task has begun.
    fn finish(&self, mut operation: Operation) {
        let Some(mut work) = self.take() else { return };
        let mut result = None;
        let is_done = operation.finish(&mut |site| self.attempt(Some(&mut work), site, &mut result));
        let is_written = operation.may_have_written();
        let (permit, origin) = operation.into_permit();
        if !is_done && is_written {
            result = Some(Ok(Err(astray())));
        } else if !is_done {
            // All of it is repeated.
            let _ = origin.enter(|| self.attempt(Some(&mut work), permit.db(), &mut result));
        }
        drop(permit);
        if let Some(result) = result {
            self.result.put(result);
        }
    }
}

/// The result of an attempt, which may have panicked; `None` if nothing was attempted.
type Tried<T> = Option<thread::Result<Result<T>>>;

impl<T: Send + 'static, W: Work<T> + 'static> Job for Task<W, T> {
    fn run(&self, site: &dyn Site) {
        if let Some(work) = self.take() {
            let on = On::new(site, self.caller);
            self.result.put(panic::catch_unwind(AssertUnwindSafe(|| work.run(on))));
        }
    }

    fn refuse(&self, error: Error) {
        self.abandon();
        self.result.put(Ok(Err(error)));
    }

    fn grant(&self, permit: Permit) {
        let mut turn = self.turn();
        if let Turn::Waiting(origin, access) = turn.take() {
            *turn = Turn::Granted(permit, origin, access);
            drop(turn);
            self.result.wake();
        }
    }

    fn relieve(self: Arc<Self>) -> bool {
        let mut turn = self.turn();
        match turn.take() {
            Turn::Asking(operation) => {
                drop(turn);
                operation.hand_over(Arc::clone(&self) as _, move |operation| self.finish(operation));
                true
            }
            Turn::Granted(permit, origin, _) => {
                drop(turn);
                permit.hand_over(self, origin);
                true
            }
            other => {
                *turn = other;
                false
            }
        }
    }
}

impl<T: Send + 'static, W: Work<T> + 'static> Promise<T> for Task<W, T> {
    fn poll(&self, context: &Context<'_>) -> Poll<Result<T>> {
        self.result.poll(context)
    }

    fn repeats(&self) -> bool {
        W::REPEATS
    }

    fn attempt_in(&self, run: &mut dyn FnMut(&mut Attempt<'_>) -> bool) -> bool {
        let (mut work, mut result) = (lock(&self.work), None);
        let counts = run(&mut |site| self.attempt(work.as_mut(), site, &mut result));
        if let Some(result) = result.filter(|_| counts) {
            self.result.put(result);
            return true;
        }
        false
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        lock(&self.turn)
    }

    fn poll_operation(&self, operation: &mut Operation, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let (mut work, mut result) = (lock(&self.work), None);
        let polled = operation.poll(context, &mut |site| self.attempt(work.as_mut(), site, &mut result));
        if polled == Poll::Ready(false) && operation.may_have_written() {
            return Poll::Ready(Some(Err(astray())));
        }
        polled.map(|is_done| {
            result.filter(|_| is_done).map(|result| result.unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
        })
    }

    fn abandon(&self) {
        // Dropping a permit starts other work, so no lock may be held then.
        let turn = self.turn().take();
        drop(turn);
        drop(self.take());
    }
}

/// The error of a write that had to be done differently when it was repeated.
fn astray() -> Error {
    Error::invalid("the table was changed while a row was written to it, and the row may have been written")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The future of a call on an `AsyncDb`: queries and writes return it.
///
/// Nothing is sent before it is first polled. If it is dropped, work that waits for a connection is not done. Work that
/// a connection has begun is finished, and its result is dropped: a write then takes effect completely or not at all.
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
    pub(super) fn new(place: Place<'e>, access: Access, work: impl Work<T> + 'static) -> Self {
        let (work, turn) = (Mutex::new(Some(work)), Mutex::new(Turn::Elsewhere));
        let task = Arc::new(Task { work, caller: CallSite::here(), turn, result: Slot::default() });
        Pending { state: State::Unsent(place, access), task, caller: Location::caller(), result: PhantomData }
    }
}

impl<T> Pending<'_, T> {
    /// Blocks the thread until the result is available.
    pub(super) fn wait(mut self) -> Result<T> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        // No reactor runs while the thread is blocked, so a worker does the work.
        self.send(&context, false);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }

    /// Does the work if it is short, sends it to a worker, or asks for a permit to do it.
    fn send(&mut self, context: &Context<'_>, may_poll: bool) {
        let State::Unsent(place, access) = std::mem::replace(&mut self.state, State::Sent) else { return };
        let (job, origin) = (Arc::clone(&self.task) as Arc<dyn Job>, Origin::of(self.caller, context));
        let engine = place.engine().filter(|_| may_poll && self.task.repeats());
        if engine.is_some_and(|engine| engine.may_be_short(access) && self.read_briefly(engine, &origin)) {
            return;
        }
        match engine.filter(|engine| engine.db().is_polled()) {
            None => place.send(job, access, origin),
            Some(engine) => {
                *self.task.turn() = Turn::Waiting(origin, access);
                if let Some(permit) = engine.lane(access).ask(job, self.caller, engine.db()) {
                    self.task.grant(permit);
                }
            }
        }
    }

    /// Does the work on the thread of the task. Returns false if a worker has to do it.
    fn read_briefly(&self, engine: &Engine, origin: &Origin) -> bool {
        self.task.attempt_in(&mut |attempt| origin.enter(|| engine.read_briefly(self.caller, attempt)))
    }

    /// Continues work that the task does itself.
    fn go_on(&self, context: &mut Context<'_>) -> Option<Result<T>> {
        let mut operation = match self.take_turn()? {
            Turn::Granted(permit, origin, access) => match Operation::begin(permit, origin, access) {
                Ok(operation) => operation,
                Err((permit, origin)) => {
                    permit.hand_over(self.job(), origin);
                    return None;
                }
            },
            Turn::Asking(operation) => operation,
            Turn::Waiting(..) | Turn::Elsewhere => return None,
        };
        match self.task.poll_operation(&mut operation, context) {
            Poll::Ready(Some(result)) => return Some(result),
            Poll::Ready(None) => {
                let (permit, origin) = operation.into_permit();
                permit.hand_over(self.job(), origin);
            }
            Poll::Pending => {
                let is_stuck = operation.is_stuck();
                *self.task.turn() = Turn::Asking(operation);
                if is_stuck {
                    self.job().relieve();
                }
            }
        }
        None
    }

    /// Takes the turn, if there is something to do.
    fn take_turn(&self) -> Option<Turn> {
        let mut turn = self.task.turn();
        // A waiting turn stays where the permit is granted.
        let waits = matches!(*turn, Turn::Waiting(..) | Turn::Elsewhere);
        (!waits).then(|| turn.take())
    }

    fn is_granted(&self) -> bool {
        matches!(*self.task.turn(), Turn::Granted(..))
    }

    fn job(&self) -> Arc<dyn Job> {
        Arc::clone(&self.task) as _
    }
}

impl<T> Future for Pending<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if matches!(self.state, State::Unsent(..)) && budget::is_spent() {
            budget::note(false);
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.send(context, true);
        let result = loop {
            if let Some(result) = self.go_on(context) {
                break Poll::Ready(result);
            }
            let polled = self.task.poll(context);
            // A permit that was granted before the waker was stored has woken nobody.
            if polled.is_ready() || !self.is_granted() {
                break polled;
            }
        };
        budget::note(result.is_ready());
        if result.is_ready() {
            self.state = State::Done;
        }
        result
    }
}

impl<T> Drop for Pending<'_, T> {
    fn drop(&mut self) {
        if matches!(self.state, State::Sent) {
            // Work that was sent is finished; other work is not done.
            let is_sent = matches!(*self.task.turn(), Turn::Asking(_));
            if !(is_sent && self.job().relieve()) {
                self.task.abandon();
            }
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

#[cfg(test)]
mod tests;
