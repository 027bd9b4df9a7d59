//! What a transaction's handle says to the worker that has its connection, which does it in that order.

use std::collections::VecDeque;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::job::Job;
use super::origin::Origin;
use super::slot::Slot;
use crate::access::Access;
use crate::db::{Committed, Savepoint, Site, Transaction};
use crate::error::{Error, Result};

/// What is said to the worker of a transaction.
pub(super) enum Message {
    /// Does some work.
    Work(Arc<dyn Job>, Origin),
    /// Begins the savepoint with this number.
    Savepoint(u64),
    /// Tells whether the savepoint has begun.
    HasBegun(u64, Arc<Slot<()>>),
    /// Keeps what was changed since the savepoint.
    Keep(u64, Arc<Slot<()>>),
    /// Rolls back what was changed since the savepoint, and says so if somebody waits for it.
    RollBackTo(u64, Option<Arc<Slot<()>>>),
    /// Calls a function after the commit.
    OnCommit(Box<dyn FnOnce() + Send>),
    /// Commits the transaction.
    Commit(Arc<Slot<Committed>>),
    /// Rolls it back.
    RollBack(Arc<Slot<()>>),
}

/// What a transaction's handle and its worker share.
pub(super) struct Conversation {
    access: Access,
    state: Mutex<State>,
    said: Condvar,
    begun: Slot<()>,
}

struct State {
    messages: VecDeque<Message>,
    /// Whether the handle is gone. Whatever was said before is heard.
    is_hung_up: bool,
    /// Why nothing more is done.
    ended: Option<Error>,
}

impl Conversation {
    pub(super) fn new(access: Access) -> Self {
        let state = State { messages: VecDeque::new(), is_hung_up: false, ended: None };
        Conversation { access, state: Mutex::new(state), said: Condvar::new(), begun: Slot::default() }
    }

    /// Whether the transaction has begun, or the error that kept it from that.
    pub(super) fn begun(&self) -> &Slot<()> {
        &self.begun
    }

    /// Says something to the worker.
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

    /// Says that nothing more will be said: a transaction that is still open is rolled back.
    pub(super) fn hang_up(&self) {
        self.lock().is_hung_up = true;
        self.said.notify_one();
    }

    /// The next thing that is said; `None` when that is nothing more.
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

    /// Does nothing more; whatever was said meanwhile gets the error.
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

/// The worker's side: begins the transaction, and does what it is told until its end.
impl Job for Conversation {
    fn run(&self, site: &dyn Site) {
        if self.lock().is_hung_up {
            return;
        }
        match Transaction::begin(site.db(), self.access) {
            Ok(transaction) => {
                self.begun.put(Ok(Ok(())));
                let committed = Served { transaction: &transaction, savepoints: Vec::new() }.serve(self);
                // It is rolled back if it is open, and the connection is free.
                drop(transaction);
                self.end(&Error::transaction_ended());
                // Without a task that waits for the commit, what was to follow it is called here.
                let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(committed)));
            }
            Err(error) => self.refuse(error),
        }
    }

    fn refuse(&self, error: Error) {
        self.end(&error);
        self.begun.put(Ok(Err(error)));
    }
}

impl Message {
    /// Tells whoever waits for it that it is not done.
    fn refuse(self, error: Error) {
        match self {
            Message::Work(job, _) => job.refuse(error),
            Message::HasBegun(_, done)
            | Message::Keep(_, done)
            | Message::RollBackTo(_, Some(done))
            | Message::RollBack(done) => {
                done.put(Ok(Err(error)));
            }
            Message::Commit(done) => done.put(Ok(Err(error))),
            Message::Savepoint(_) | Message::RollBackTo(_, None) | Message::OnCommit(_) => {}
        }
    }
}

/// A transaction that a worker has open, and its savepoints, the innermost last.
struct Served<'t, 'db> {
    transaction: &'t Transaction<'db>,
    savepoints: Vec<(u64, Result<Savepoint<'t, 'db>>)>,
}

impl Served<'_, '_> {
    /// Does what is said until the transaction ends, or the handle is gone. Returns where a commit was told.
    fn serve(mut self, conversation: &Conversation) -> Option<Arc<Slot<Committed>>> {
        while let Some(message) = conversation.hear() {
            match message {
                Message::Work(job, origin) => origin.enter(|| job.run(self.transaction)),
                Message::Savepoint(number) => self.savepoints.push((number, self.transaction.savepoint())),
                Message::HasBegun(number, done) => done.put(Ok(self.has_begun(number))),
                Message::Keep(number, done) => done.put(caught(|| self.keep(number))),
                Message::RollBackTo(number, done) => {
                    let rolled_back = caught(|| self.roll_back_to(number));
                    if let Some(done) = done {
                        done.put(rolled_back);
                    }
                }
                Message::OnCommit(callback) => self.transaction.on_commit(callback),
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

    /// The error that kept a savepoint from beginning.
    fn has_begun(&mut self, number: u64) -> Result<()> {
        match self.savepoints.pop_if(|(last, begun)| *last == number && begun.is_err()) {
            Some((_, Err(error))) => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps what was changed since a savepoint, which has to be the innermost one.
    fn keep(&mut self, number: u64) -> Result<()> {
        let innermost = self.savepoints.pop_if(|(last, _)| *last == number);
        let (_, savepoint) = innermost.ok_or_else(|| {
            Error::invalid(
                "a nested transaction can end only after those that were begun in it; await one before the next is begun",
            )
        })?;
        savepoint?.commit()
    }

    /// Rolls back what was changed since a savepoint, and with it those that were begun after it.
    fn roll_back_to(&mut self, number: u64) -> Result<()> {
        let Some(at) = self.savepoints.iter().position(|(own, _)| *own == number) else { return Ok(()) };
        self.savepoints.truncate(at + 1);
        match self.savepoints.pop() {
            Some((_, Ok(savepoint))) => savepoint.rollback(),
            _ => Ok(()),
        }
    }
}

fn caught<T>(work: impl FnOnce() -> Result<T>) -> std::thread::Result<Result<T>> {
    panic::catch_unwind(AssertUnwindSafe(work))
}
