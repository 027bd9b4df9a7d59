//! A queue of work and the threads that do it, each on one connection at a time.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::job::Job;
use super::origin::Origin;
use crate::db::Db;
use crate::error::{Error, ErrorKind};

/// Work that waits for a connection, first come first served, and the workers that do it.
pub(super) struct Lane {
    /// What its connections are called.
    role: &'static str,
    /// How many workers there may be: as many as there are connections.
    most: usize,
    /// How long work waits for a worker.
    patience: Duration,
    state: Mutex<State>,
    /// Work arrived, or the lane closed.
    arrived: Condvar,
    /// Work has to wait, or the lane closed.
    waits: Condvar,
}

struct State {
    queue: VecDeque<Queued>,
    /// What each worker does; `None` for one that waits for work.
    workers: Vec<Option<Busy>>,
    idle: usize,
    watch: Watch,
    is_closed: bool,
    /// How many workers have not ended.
    alive: usize,
    /// Who waits for the workers to end.
    closers: Vec<Waker>,
}

struct Queued {
    job: Arc<dyn Job>,
    origin: Origin,
    since: Instant,
}

struct Busy {
    caller: &'static Location<'static>,
    since: Instant,
}

/// What the thread does that ends waits.
#[derive(PartialEq)]
enum Watch {
    /// It was not needed yet.
    Missing,
    /// Nothing waits.
    Asleep,
    /// It sleeps until the first wait has to end.
    Armed,
}

impl Lane {
    pub(super) fn new(role: &'static str, most: usize, patience: Duration) -> Self {
        let state = State {
            queue: VecDeque::new(),
            workers: Vec::new(),
            idle: 0,
            watch: Watch::Missing,
            is_closed: false,
            alive: 0,
            closers: Vec::new(),
        };
        let (arrived, waits) = (Condvar::new(), Condvar::new());
        Lane { role, most: most.max(1), patience, state: Mutex::new(state), arrived, waits }
    }

    /// Adds work to the end of the queue.
    pub(super) fn push(self: &Arc<Self>, job: Arc<dyn Job>, origin: Origin, db: &Db) {
        let mut state = self.lock();
        if state.is_closed {
            drop(state);
            return job.refuse(closed());
        }
        state.queue.push_back(Queued { job, origin, since: Instant::now() });
        if state.queue.len() <= state.idle {
            drop(state);
            self.arrived.notify_one();
        } else if state.workers.len() < self.most {
            self.hire(state, db);
        } else if state.watch != Watch::Armed {
            self.watch(state);
        }
    }

    /// Lets no more work in. What waits is still done.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_all();
        self.waits.notify_all();
    }

    /// Ready when all workers have ended.
    pub(super) fn poll_ended(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.alive == 0 {
            return Poll::Ready(());
        }
        if !state.closers.iter().any(|waker| waker.will_wake(context.waker())) {
            state.closers.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// Starts one worker more.
    fn hire(self: &Arc<Self>, mut state: MutexGuard<'_, State>, db: &Db) {
        let (number, lane, db) = (state.workers.len(), Arc::clone(self), db.clone());
        let worker = move || {
            let _end = End(&lane);
            // Whoever waits for the end finds this handle gone.
            let db = db;
            while let Some(Queued { job, origin, .. }) = lane.next(number) {
                origin.enter(|| job.run(&db));
            }
        };
        state.workers.push(None);
        state.alive += 1;
        let hired = thread::Builder::new().name(format!("orm-{}", number + 1)).spawn(worker);
        if let Err(error) = hired {
            // There is no such thread, and whoever is there goes on without it.
            state.workers.pop();
            state.alive -= 1;
            if state.alive == 0 {
                let waiting: Vec<Queued> = state.queue.drain(..).collect();
                drop(state);
                for Queued { job, .. } in waiting {
                    job.refuse(Error::no_thread(&error));
                }
            } else if state.watch != Watch::Armed {
                // It waits for one of the others, and not for ever.
                self.watch(state);
            }
        }
    }

    /// The work that a worker does next; `None` when there will be none.
    fn next(&self, worker: usize) -> Option<Queued> {
        let mut state = self.lock();
        state.workers[worker] = None;
        loop {
            if let Some(next) = state.queue.pop_front() {
                state.workers[worker] = Some(Busy { caller: next.origin.caller, since: Instant::now() });
                return Some(next);
            }
            if state.is_closed {
                // Nothing waits any more.
                self.waits.notify_all();
                return None;
            }
            state.idle += 1;
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Sees to it that what waits does not wait for too long.
    fn watch(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let is_there = state.watch == Watch::Asleep;
        state.watch = Watch::Armed;
        drop(state);
        if is_there {
            self.waits.notify_one();
            return;
        }
        let lane = Arc::clone(self);
        let watching = thread::Builder::new().name("orm-waits".to_owned()).spawn(move || lane.end_waits());
        if watching.is_err() {
            // The next one that waits tries again.
            self.lock().watch = Watch::Missing;
        }
    }

    /// Ends each wait that takes too long.
    fn end_waits(&self) {
        let mut state = self.lock();
        while !(state.is_closed && state.queue.is_empty()) {
            let Some(first) = state.queue.front() else {
                state.watch = Watch::Asleep;
                state = self.waits.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = self.patience.saturating_sub(first.since.elapsed());
            if !left.is_zero() {
                state = self.waits.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let holders = state.describe(self.role);
            if let Some(Queued { job, since, .. }) = state.queue.pop_front() {
                drop(state);
                job.refuse(Error::new(ErrorKind::PoolTimeout { waited: since.elapsed(), holders }));
                state = self.lock();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Who uses the connections.
    fn describe(&self, role: &str) -> String {
        let mut text = String::new();
        for Busy { caller, since } in self.workers.iter().flatten() {
            let separator = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{separator}{role} is held by the call at {caller} for {:?}", since.elapsed());
        }
        text
    }
}

/// Notes that a worker has ended.
struct End<'l>(&'l Lane);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.alive -= 1;
        let closers = if state.alive == 0 { std::mem::take(&mut state.closers) } else { Vec::new() };
        drop(state);
        closers.into_iter().for_each(Waker::wake);
    }
}

fn closed() -> Error {
    Error::invalid("the database was closed by `close`")
}
