//! A queue of work for some connections, and the threads that do what tasks do not do themselves.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::bell::Bell;
use super::origin::Origin;
use crate::db::{Db, Site};
use crate::error::{Error, ErrorKind, Result};

/// Work that waits for a connection, first come, first served. A worker does it, or the calling task does, after it has
/// received a permit.
pub(super) struct Lane {
    /// The name of its connections.
    role: &'static str,
    /// The number of connections, and the maximum number of workers.
    most: usize,
    /// The maximum time that work waits for a connection.
    patience: Duration,
    state: Mutex<State>,
    /// Something has to be watched, or the lane was closed.
    waits: Condvar,
}

/// Work that waits for a connection, with any result.
pub(super) trait Job: Send + Sync {
    /// Does the work on a worker, unless nobody waits for it any more.
    fn run(&self, site: &dyn Site);

    /// Ends without doing the work.
    fn refuse(&self, error: Error);

    /// Receives the permit to use a connection, for a task that does the work itself. It is dropped if no task waits
    /// for it.
    fn grant(&self, permit: Permit) {
        drop(permit);
    }

    /// Hands the work to a worker, if a task waits for its answer or has the permit to begin. Returns false if no task
    /// does.
    fn relieve(self: Arc<Self>) -> bool {
        false
    }
}

/// The remaining part of some work, which runs with its permit.
pub(super) type Rest = Box<dyn FnOnce(&Db) + Send>;

/// The permit to use a connection. When it is dropped, the next work can begin.
pub(super) struct Permit {
    lane: Arc<Lane>,
    place: usize,
    /// Set until it is dropped.
    db: Option<Db>,
}

struct State {
    queue: VecDeque<Queued>,
    /// Work for workers that already has a permit.
    handed: VecDeque<Handed>,
    /// The user of each connection; `None` for a free one.
    places: Vec<Option<Busy>>,
    /// The number of connections in use.
    used: usize,
    /// The bells of the idle workers. The last one is called first: what it needs is still in the processor's cache.
    idle: Vec<Arc<Bell>>,
    /// The number of workers that were started or called, and have not looked for work yet.
    coming: usize,
    watch: Watch,
    /// The number of the last calls that found no other one, at most [`CALM`].
    alone: u8,
    /// Whether a task has begun to use a connection since the thread that watches tasks looked.
    is_polled: bool,
    is_closed: bool,
    /// The number of workers that have not ended.
    alive: usize,
    /// The tasks that wait for all work to end.
    closers: Vec<Waker>,
}

struct Queued {
    job: Arc<dyn Job>,
    by: By,
    since: Instant,
}

/// What does some work.
enum By {
    Worker(Origin),
    /// The task that called it, from a place in the program.
    Task(&'static Location<'static>),
}

/// Work that is handed to a worker together with a permit.
struct Handed {
    job: Arc<dyn Job>,
    rest: Rest,
}

struct Busy {
    caller: &'static Location<'static>,
    since: Instant,
    /// The work, if a task does it.
    polled: Option<Arc<dyn Job>>,
}

/// What a worker does next.
enum Next {
    Job(Arc<dyn Job>, Origin, usize),
    Handed(Rest),
}

/// The state of the thread that ends waits.
#[derive(PartialEq)]
enum Watch {
    /// It was not needed yet.
    Missing,
    /// Nothing waits.
    Asleep,
    /// It sleeps until the first wait has to end.
    Armed,
}

/// How long a task waits for an answer before a worker takes over, which can find out whether the answer will arrive.
const OVERDUE: Duration = Duration::from_millis(100);

/// The number of calls in a row that have to find no other one.
const CALM: u8 = 8;

impl Lane {
    pub(super) fn new(role: &'static str, most: usize, patience: Duration) -> Self {
        let state = State {
            queue: VecDeque::new(),
            handed: VecDeque::new(),
            places: Vec::new(),
            used: 0,
            idle: Vec::new(),
            coming: 0,
            watch: Watch::Missing,
            alone: 0,
            is_polled: false,
            is_closed: false,
            alive: 0,
            closers: Vec::new(),
        };
        Lane { role, most: most.max(1), patience, state: Mutex::new(state), waits: Condvar::new() }
    }

    /// Adds work for a worker to the end of the queue.
    pub(super) fn push(self: &Arc<Self>, job: Arc<dyn Job>, origin: Origin, db: &Db) {
        let mut state = self.lock();
        if state.is_closed {
            drop(state);
            return job.refuse(closed());
        }
        state.queue.push_back(Queued { job, by: By::Worker(origin), since: Instant::now() });
        self.go_on(state, db);
    }

    /// Requests a permit for work that a task does itself. If others wait, or all connections are in use, the job
    /// receives one later.
    pub(super) fn ask(
        self: &Arc<Self>,
        job: Arc<dyn Job>,
        caller: &'static Location<'static>,
        db: &Db,
    ) -> Option<Permit> {
        let mut state = self.lock();
        if state.is_closed {
            drop(state);
            job.refuse(closed());
            return None;
        }
        let since = Instant::now();
        if state.queue.is_empty() && state.used < self.most {
            let place = state.take(Busy { caller, since, polled: Some(job) });
            self.watch_tasks(state);
            return Some(self.permit(place, db));
        }
        state.queue.push_back(Queued { job, by: By::Task(caller), since });
        self.go_on(state, db);
        None
    }

    /// A permit for work that the calling thread does at once, if the lane is calm. Calls that follow each other closely
    /// are faster on a worker, which goes on with the next one while the tasks are still being woken.
    pub(super) fn take_if_calm(self: &Arc<Self>, caller: &'static Location<'static>, db: &Db) -> Option<Permit> {
        let mut state = self.lock();
        if !state.is_calm() {
            return None;
        }
        let place = state.take(Busy { caller, since: Instant::now(), polled: None });
        drop(state);
        Some(self.permit(place, db))
    }

    /// Hands work that already has a permit to a worker.
    pub(super) fn hand(self: &Arc<Self>, job: Arc<dyn Job>, rest: Rest, db: &Db) {
        let mut state = self.lock();
        state.handed.push_back(Handed { job, rest });
        self.go_on(state, db);
    }

    /// Starts the next work after a task has finished with a connection. Returns the tasks that wait for the end, if
    /// this was the end.
    fn release(self: &Arc<Self>, place: usize, db: &Db) -> Vec<Waker> {
        let mut state = self.lock();
        state.free(place);
        let ended = state.take_closers();
        self.go_on(state, db);
        ended
    }

    /// Refuses new work. Waiting work is still done.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let called = state.call(self.most);
        drop(state);
        ring(called);
        self.waits.notify_all();
    }

    /// Ready when all work is done and all workers have ended.
    pub(super) fn poll_ended(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.has_ended() {
            return Poll::Ready(());
        }
        if !state.closers.iter().any(|waker| waker.will_wake(context.waker())) {
            state.closers.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// Grants permits to the next tasks, makes sure that workers do the rest, and that nothing waits too long.
    fn go_on<'l>(self: &'l Arc<Self>, mut state: MutexGuard<'l, State>, db: &Db) {
        while let Some((job, place)) = state.next_task(self.most) {
            drop(state);
            job.grant(self.permit(place, db));
            state = self.lock();
        }
        let called = state.call(self.most);
        if state.wanted(self.most) > state.coming
            && state.alive < self.most
            && let Err(error) = self.hire(&mut state, db)
            && state.alive == 0
        {
            return refuse_all(state, &error);
        }
        let is_taken = state.queue.len() <= state.coming.min(self.most - state.used);
        if is_taken || state.watch == Watch::Armed {
            drop(state);
        } else {
            self.watch(state);
        }
        ring(called);
    }

    /// A permit for a place that was taken.
    fn permit(self: &Arc<Self>, place: usize, db: &Db) -> Permit {
        Permit { lane: Arc::clone(self), place, db: Some(db.clone()) }
    }

    /// Starts one more worker.
    fn hire(self: &Arc<Self>, state: &mut State, db: &Db) -> Result<()> {
        let (lane, db) = (Arc::clone(self), db.clone());
        let worker = move || {
            let _end = End(&lane);
            // `close` waits for the end, and its caller may expect that this handle is dropped.
            let db = db;
            lane.lock().coming -= 1;
            let bell = Arc::new(Bell::new());
            let mut place = None;
            while let Some(next) = lane.next(place.take(), &bell, &db) {
                match next {
                    Next::Job(job, origin, taken) => {
                        origin.enter(|| job.run(&db));
                        place = Some(taken);
                    }
                    Next::Handed(rest) => rest(&db),
                }
            }
        };
        let name = format!("orm-{}", state.alive + 1);
        thread::Builder::new().name(name).spawn(worker).map_err(|error| Error::no_thread(&error))?;
        state.alive += 1;
        state.coming += 1;
        Ok(())
    }

    /// What a worker that has finished with a connection does next; `None` if there will be nothing more.
    fn next(self: &Arc<Self>, done: Option<usize>, bell: &Arc<Bell>, db: &Db) -> Option<Next> {
        let mut state = self.lock();
        if let Some(place) = done {
            state.free(place);
        }
        loop {
            if let Some((job, place)) = state.next_task(self.most) {
                drop(state);
                job.grant(self.permit(place, db));
                state = self.lock();
                continue;
            }
            let next = state.next_work(self.most);
            if next.is_none() && !state.is_over() {
                state.idle.push(Arc::clone(bell));
                // Tasks whose work is done call again soon.
                let is_soon = state.idle.len() + state.coming < state.alive;
                drop(state);
                bell.wait(is_soon);
                state = self.lock();
                state.coming -= 1;
                continue;
            }
            if next.is_none() {
                // Nothing waits any more.
                self.waits.notify_all();
            }
            let called = state.call(self.most);
            drop(state);
            ring(called);
            return next;
        }
    }

    /// Makes sure that nothing waits too long.
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

    /// Makes sure that a task which waits too long for an answer is relieved.
    fn watch_tasks(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        state.is_polled = true;
        if state.watch != Watch::Armed {
            self.watch(state);
        }
    }

    /// Ends each wait that takes too long: for a connection with an error, and for an answer by handing the work to a
    /// worker.
    fn end_waits(&self) {
        let mut state = self.lock();
        while !(state.is_over() && state.used == 0) {
            let overdue = state.overdue();
            if !overdue.is_empty() {
                drop(state);
                for job in overdue {
                    job.relieve();
                }
                state = self.lock();
            }
            let left = state.queue.front().map(|first| self.patience.saturating_sub(first.since.elapsed()));
            let Some(left) = left.into_iter().chain(state.is_polled.then_some(OVERDUE)).min() else {
                state.watch = Watch::Asleep;
                state = self.waits.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if !left.is_zero() {
                state.is_polled = state.is_any_polled();
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

impl Permit {
    /// The database of the connection.
    pub(super) fn db(&self) -> &Db {
        self.db.as_ref().expect("a permit has its database until it is dropped")
    }

    /// The lane of the permit.
    pub(super) fn lane(&self) -> Arc<Lane> {
        Arc::clone(&self.lane)
    }

    /// Lets a worker begin some work with the permit.
    pub(super) fn hand_over(self, job: Arc<dyn Job>, origin: Origin) {
        let (lane, begun, own) = (self.lane(), Arc::clone(&job), self.db().clone());
        let rest = move |db: &Db| {
            origin.enter(|| begun.run(db));
            drop(self);
        };
        lane.hand(job, Box::new(rest), &own);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(db) = self.db.take() {
            let ended = self.lane.release(self.place, &db);
            // `close` waits for the end, and its caller may expect that this handle is dropped.
            drop(db);
            ended.into_iter().for_each(Waker::wake);
        }
    }
}

/// Ends all waiting work, because no thread can be started for it.
fn refuse_all(mut state: MutexGuard<'_, State>, error: &Error) {
    let waiting: Vec<Arc<dyn Job>> = state.queue.drain(..).map(|queued| queued.job).collect();
    let handed: Vec<Handed> = state.handed.drain(..).collect();
    drop(state);
    for job in waiting.iter().chain(handed.iter().map(|handed| &handed.job)) {
        job.refuse(error.clone());
    }
}

impl State {
    /// Whether this call and those before it have found no other one.
    fn is_calm(&mut self) -> bool {
        let is_alone = self.queue.is_empty() && self.used == 0 && !self.is_closed;
        self.alone = if is_alone { CALM.min(self.alone + 1) } else { 0 };
        self.alone == CALM
    }

    /// Notes the user of a connection, and returns the position of the note.
    fn take(&mut self, busy: Busy) -> usize {
        self.used += 1;
        if let Some(free) = self.places.iter().position(Option::is_none) {
            self.places[free] = Some(busy);
            return free;
        }
        self.places.push(Some(busy));
        self.places.len() - 1
    }

    /// The number of workers that have something to do.
    fn wanted(&self, most: usize) -> usize {
        self.handed.len() + self.queue.len().min(most - self.used)
    }

    /// Takes the bell of an idle worker, if one more is wanted, or if it has to end, after which it calls the next one.
    /// The caller rings it.
    fn call(&mut self, most: usize) -> Option<Arc<Bell>> {
        if self.wanted(most) <= self.coming && !self.is_over() {
            return None;
        }
        let bell = self.idle.pop()?;
        self.coming += 1;
        Some(bell)
    }

    fn free(&mut self, place: usize) {
        self.places[place] = None;
        self.used -= 1;
    }

    /// The next task, and the position that it takes.
    fn next_task(&mut self, most: usize) -> Option<(Arc<dyn Job>, usize)> {
        let Some(&Queued { by: By::Task(caller), .. }) = self.queue.front().filter(|_| self.used < most) else {
            return None;
        };
        let job = self.queue.pop_front()?.job;
        self.is_polled = true;
        let place = self.take(Busy { caller, since: Instant::now(), polled: Some(Arc::clone(&job)) });
        Some((job, place))
    }

    /// The next work for a worker, if the next in the queue is not a task.
    fn next_work(&mut self, most: usize) -> Option<Next> {
        if let Some(Handed { rest, .. }) = self.handed.pop_front() {
            return Some(Next::Handed(rest));
        }
        if self.used == most {
            return None;
        }
        let Queued { job, by: By::Worker(origin), .. } = self.queue.pop_front()? else { return None };
        let place = self.take(Busy { caller: origin.caller, since: Instant::now(), polled: None });
        Some(Next::Job(job, origin, place))
    }

    /// The work of tasks that have held a connection for too long.
    fn overdue(&self) -> Vec<Arc<dyn Job>> {
        let overdue = self.places.iter().flatten().filter(|busy| busy.since.elapsed() >= OVERDUE);
        overdue.filter_map(|busy| busy.polled.clone()).collect()
    }

    /// Whether a task has a connection.
    fn is_any_polled(&self) -> bool {
        self.places.iter().flatten().any(|busy| busy.polled.is_some())
    }

    /// Whether no more work will begin.
    fn is_over(&self) -> bool {
        self.is_closed && self.queue.is_empty()
    }

    fn has_ended(&self) -> bool {
        self.alive == 0 && self.used == 0 && self.queue.is_empty()
    }

    /// The tasks that wait for the end, if it has come.
    fn take_closers(&mut self) -> Vec<Waker> {
        if self.has_ended() { std::mem::take(&mut self.closers) } else { Vec::new() }
    }

    /// Describes the users of the connections.
    fn describe(&self, role: &str) -> String {
        let mut text = String::new();
        for Busy { caller, since, .. } in self.places.iter().flatten() {
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
        let closers = state.take_closers();
        drop(state);
        closers.into_iter().for_each(Waker::wake);
    }
}

/// Calls a worker. A worker that is called while the state is locked would wait for the lock.
fn ring(called: Option<Arc<Bell>>) {
    if let Some(bell) = called {
        bell.ring();
    }
}

fn closed() -> Error {
    Error::invalid("the database was closed by `close`")
}

#[cfg(test)]
mod tests;
