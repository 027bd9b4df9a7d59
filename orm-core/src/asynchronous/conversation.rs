//! The messages from a transaction's handle to the worker that has its connection, which processes them in order.

use std::collections::VecDeque;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::lane::Job;
use super::origin::Origin;
use super::slot::Slot;
use crate::access::Access;
use crate::db::{Committed, Savepoint, Site, Transaction};
use crate::error::{Error, ErrorKind, Result};

/// The sender of messages: the handle of the transaction, or of a nested one, which has the number of its savepoint.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Speaker {
    Outermost,
    Nested(u64),
}

/// A message to the worker of a transaction.
pub(super) enum Message {
    /// Does some work.
    Work(Speaker, Arc<dyn Job>, Origin),
    /// Begins the savepoint with this number; its kind says whether the nested transaction has another handle.
    Savepoint(Speaker, u64, Kind),
    /// Requests whether the savepoint has begun.
    HasBegun(u64, Arc<Slot<()>>),
    /// Releases the savepoint, which keeps its changes.
    Keep(u64, Arc<Slot<()>>),
    /// Rolls back to the savepoint, and reports the result if a task waits for it.
    RollBackTo(u64, Option<Arc<Slot<()>>>),
    /// Calls a function after the commit.
    OnCommit(Speaker, Box<dyn FnOnce() + Send>),
    /// Commits the transaction.
    Commit(Arc<Slot<Committed>>),
    /// Rolls it back.
    RollBack(Arc<Slot<()>>),
}

/// The purpose of a savepoint.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A closure, which receives another handle.
    Nested,
    /// A guard: the handle that begins it continues to send messages.
    Guard,
}

/// The state that a transaction's handle and its worker share.
pub(super) struct Conversation {
    access: Access,
    /// How many savepoints have been begun.
    savepoints: AtomicU64,
    state: Mutex<State>,
    said: Condvar,
    begun: Slot<()>,
}

struct State {
    messages: VecDeque<Message>,
    /// Whether the handle was dropped. Earlier messages are still processed.
    is_hung_up: bool,
    /// Why nothing more is done.
    ended: Option<Error>,
}

impl Conversation {
    pub(super) fn new(access: Access) -> Self {
        let state = State { messages: VecDeque::new(), is_hung_up: false, ended: None };
        let (state, said, begun) = (Mutex::new(state), Condvar::new(), Slot::default());
        Conversation { access, savepoints: AtomicU64::new(0), state, said, begun }
    }

    /// The number of a new savepoint.
    pub(super) fn number(&self) -> u64 {
        self.savepoints.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether the transaction has begun, or the error that prevented it.
    pub(super) fn begun(&self) -> &Slot<()> {
        &self.begun
    }

    /// Sends a message to the worker.
    pub(super) fn say(&self, message: Message) {
        let mut state = self.lock();
        if let Some(error) = &state.ended {
            let error = error.clone();
            drop(state);
            return message.refuse(error);
        }
        state.messages.push_back(message);
        drop(state);
        self.said.notify_one();
    }

    /// Announces that no messages follow: a transaction that is still open is rolled back.
    pub(super) fn hang_up(&self) {
        self.lock().is_hung_up = true;
        self.said.notify_one();
    }

    /// The next message; `None` if no more follow.
    fn hear(&self) -> Option<Message> {
        let mut state = self.lock();
        loop {
            if let Some(message) = state.messages.pop_front() {
                return Some(message);
            }
            if state.is_hung_up {
                return None;
            }
            state = self.said.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Stops processing; messages that arrived meanwhile get the error.
    fn end(&self, error: &Error) {
        let mut state = self.lock();
        let left = mem::take(&mut state.messages);
        state.ended = Some(error.clone());
        drop(state);
        for message in left {
            message.refuse(error.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's side: begins the transaction, and processes messages until its end.
impl Job for Conversation {
    fn run(&self, site: &dyn Site) {
        if self.lock().is_hung_up {
            return;
        }
        if let Err(panicked) = panic::catch_unwind(AssertUnwindSafe(|| self.hold(site))) {
            self.end(&panic_of_the_worker());
            self.begun.put(Err(panicked));
        }
    }

    fn refuse(&self, error: Error) {
        self.end(&error);
        self.begun.put(Ok(Err(error)));
    }
}

impl Conversation {
    fn hold(&self, site: &dyn Site) {
        match Transaction::begin(site.db(), self.access) {
            Ok(transaction) => {
                self.begun.put(Ok(Ok(())));
                let committed = Served { transaction: &transaction, savepoints: Vec::new() }.serve(self);
                // It is rolled back if it is open, and the connection is free.
                drop(transaction);
                self.end(&Error::transaction_ended());
                // If no task waits for the commit, the functions to call after it are called here.
                let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(committed)));
            }
            Err(error) => self.refuse(error),
        }
    }
}

impl Message {
    /// Reports to the task that waits for it that it is not done.
    fn refuse(self, error: Error) {
        match self {
            Message::Work(_, job, _) => job.refuse(error),
            Message::HasBegun(_, done)
            | Message::Keep(_, done)
            | Message::RollBackTo(_, Some(done))
            | Message::RollBack(done) => {
                done.put(Ok(Err(error)));
            }
            Message::Commit(done) => done.put(Ok(Err(error))),
            Message::Savepoint(..) | Message::RollBackTo(_, None) | Message::OnCommit(..) => {}
        }
    }
}

/// A transaction that a worker has open, and its savepoints, the innermost last.
struct Served<'t, 'db> {
    transaction: &'t Transaction<'db>,
    savepoints: Vec<Begun<'t, 'db>>,
}

/// A savepoint that was begun, or the error that prevented it.
struct Begun<'t, 'db> {
    number: u64,
    kind: Kind,
    savepoint: Result<Savepoint<'t, 'db>>,
}

impl Served<'_, '_> {
    /// Processes messages until the transaction ends, or its handle is dropped. Returns where to report a commit.
    fn serve(mut self, conversation: &Conversation) -> Option<Arc<Slot<Committed>>> {
        while let Some(message) = conversation.hear() {
            match message {
                Message::Work(speaker, job, origin) => match self.listen_to(speaker) {
                    Ok(()) => origin.enter(|| job.run(self.transaction)),
                    Err(error) => job.refuse(error),
                },
                Message::Savepoint(speaker, number, kind) => self.begin(speaker, number, kind),
                Message::HasBegun(number, done) => done.put(Ok(self.has_begun(number))),
                Message::Keep(number, done) => done.put(caught(|| self.keep(number))),
                Message::RollBackTo(number, done) => {
                    let rolled_back = caught(|| self.roll_back_to(number));
                    if let Some(done) = done {
                        done.put(rolled_back);
                    }
                }
                Message::OnCommit(speaker, callback) => {
                    if let Some(depth) = self.depth_of(speaker) {
                        self.transaction.on_commit_at(depth, callback);
                    }
                }
                Message::Commit(done) => {
                    self.savepoints.clear();
                    done.put(caught(|| self.transaction.end_by_commit()));
                    return Some(done);
                }
                Message::RollBack(done) => {
                    self.savepoints.clear();
                    done.put(caught(|| self.transaction.end_by_rollback()));
                    return None;
                }
            }
        }
        None
    }

    /// Checks that a message of a handle belongs to the innermost nested transaction. Otherwise a statement would be
    /// kept or rolled back with the wrong transaction.
    fn listen_to(&self, speaker: Speaker) -> Result<()> {
        let at = self.position_of(speaker).ok_or_else(|| {
            Error::invalid(
                "the nested transaction is not open: await each nested transaction before you begin the next",
            )
        })?;
        if self.savepoints[at..].iter().any(|begun| begun.kind == Kind::Nested) {
            let message = "a nested transaction is open: use the `tx` that its closure receives, or await its end";
            return Err(Error::invalid(message));
        }
        let own = at.checked_sub(1).map(|own| &self.savepoints[own].savepoint);
        own.and_then(|savepoint| savepoint.as_ref().err()).map_or(Ok(()), |error| Err(error.clone()))
    }

    /// The positions of the savepoints that were begun in the handle's transaction.
    fn position_of(&self, speaker: Speaker) -> Option<usize> {
        match speaker {
            Speaker::Outermost => Some(0),
            Speaker::Nested(number) => self.savepoints.iter().position(|begun| begun.number == number).map(|at| at + 1),
        }
    }

    /// The number of open savepoints of a handle; `None` if its transaction is not open.
    fn depth_of(&self, speaker: Speaker) -> Option<usize> {
        let at = self.position_of(speaker)?;
        if at > 0 && self.savepoints[at - 1].savepoint.is_err() {
            return None;
        }
        let guards = self.savepoints[at..].iter().take_while(|begun| begun.kind == Kind::Guard).count();
        Some(self.savepoints[..at + guards].iter().filter(|begun| begun.savepoint.is_ok()).count())
    }

    fn begin(&mut self, speaker: Speaker, number: u64, kind: Kind) {
        if self.listen_to(speaker).is_ok() {
            let savepoint = caught(|| self.transaction.savepoint()).unwrap_or_else(|_| Err(panic_of_the_worker()));
            self.savepoints.push(Begun { number, kind, savepoint });
        }
    }

    /// The error that prevented a savepoint from beginning.
    fn has_begun(&mut self, number: u64) -> Result<()> {
        let last = self.savepoints.last().filter(|begun| begun.number == number).ok_or_else(not_innermost)?;
        if let Err(error) = &last.savepoint {
            let error = error.clone();
            self.savepoints.pop();
            return Err(error);
        }
        Ok(())
    }

    /// Releases a savepoint, which has to be the innermost one.
    fn keep(&mut self, number: u64) -> Result<()> {
        let innermost = self.savepoints.pop_if(|begun| begun.number == number);
        innermost.ok_or_else(not_innermost)?.savepoint?.commit()
    }

    /// Rolls back to a savepoint, and the savepoints that were begun after it.
    fn roll_back_to(&mut self, number: u64) -> Result<()> {
        let Some(at) = self.savepoints.iter().position(|begun| begun.number == number) else { return Ok(()) };
        self.savepoints.truncate(at + 1);
        match self.savepoints.pop() {
            Some(Begun { savepoint: Ok(savepoint), .. }) => savepoint.rollback(),
            _ => Ok(()),
        }
    }
}

fn not_innermost() -> Error {
    Error::invalid(
        "a nested transaction can end only after the nested transactions inside it; await each before you begin the \
         next",
    )
}

fn panic_of_the_worker() -> Error {
    let message = "the thread of its connection panicked, maybe in a function that observes statements".to_owned();
    Error::new(ErrorKind::TransactionLost { message })
}

fn caught<T>(work: impl FnOnce() -> Result<T>) -> std::thread::Result<Result<T>> {
    panic::catch_unwind(AssertUnwindSafe(work))
}
