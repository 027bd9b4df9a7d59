//! Asynchronous transactions, and their savepoints.

use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::sync::Arc;

use super::closure::{Transact, Transacting};
use super::conversation::{Conversation, Kind, Message, Speaker};
use super::engine::Engine;
use super::origin::Origin;
use super::place::Place;
use super::slot::Slot;
use crate::access::Access;
use crate::db::Db;
use crate::error::{Error, Result};

/// An open transaction of an [`AsyncDb`](super::AsyncDb). Queries and writes run in it if you pass it in place of the
/// database.
///
/// It is rolled back when it is dropped without [`commit`](AsyncTransaction::commit), by an early return, by a panic, or because the
/// task that holds it is cancelled. The rollback comes before anything else that runs on the connection.
#[must_use = "a transaction is rolled back when it is dropped; call `commit`"]
pub struct AsyncTransaction {
    engine: Arc<Engine>,
    conversation: Arc<Conversation>,
    speaker: Speaker,
}

impl AsyncTransaction {
    /// A transaction that a worker begins as soon as one is free, after work that already waits.
    pub(super) fn new(engine: Arc<Engine>, access: Access) -> Self {
        AsyncTransaction { engine, conversation: Arc::new(Conversation::new(access)), speaker: Speaker::Outermost }
    }

    /// The nested transaction of a savepoint.
    fn nested(&self, savepoint: &AsyncSavepoint<'_>) -> Self {
        let (engine, conversation) = (Arc::clone(&self.engine), Arc::clone(&self.conversation));
        AsyncTransaction { engine, conversation, speaker: Speaker::Nested(savepoint.number) }
    }

    /// Requests a worker, whose first answer is that the transaction has begun.
    pub(super) async fn send(&self, access: Access, caller: &'static Location<'static>) {
        poll_fn(|context| {
            let origin = Origin::of(caller, context);
            self.engine.lane(access).push(Arc::clone(&self.conversation) as _, origin, self.engine.db());
            std::task::Poll::Ready(())
        })
        .await;
    }

    /// Waits until it has begun.
    pub(super) async fn begun(&self) -> Result<()> {
        poll_fn(|context| self.conversation.begun().poll(context)).await
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place::transaction(&self.conversation, self.speaker)
    }

    pub(super) fn blocking(&self) -> &Db {
        self.engine.db()
    }

    /// Runs a closure in a nested transaction (a savepoint): its changes are kept if it returns `Ok`, and rolled back
    /// if it returns an error, panics or is dropped. The rest of the transaction is not affected.
    ///
    /// Nested transactions of one transaction run one after the other. Awaiting two at the same time, for example with
    /// `join!`, is an error that [`is_invalid`](Error::is_invalid). So is a call on this transaction while the nested
    /// one is open: use the `tx` that the closure receives.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of the database.
    pub fn transaction<'c, T, F>(&'c self, work: F) -> Transacting<'c, T>
    where
        T: Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T>, Fut: Send> + Send + 'c,
    {
        self.try_transaction(work)
    }

    /// Does the same as [`transaction`](AsyncTransaction::transaction), for a closure with an error type of the program.
    ///
    /// # Errors
    ///
    /// Returns the error of the closure, or the error of the database, converted to the closure's error type.
    pub fn try_transaction<'c, T, E, F>(&'c self, work: F) -> Transacting<'c, T, E>
    where
        T: Send + 'c,
        E: From<Error> + Send + 'c,
        F: for<'t> Transact<&'t AsyncTransaction, Result<T, E>, Fut: Send> + Send + 'c,
    {
        Box::pin(async move {
            let savepoint = AsyncSavepoint::begin(self, Kind::Nested);
            let value = work(&self.nested(&savepoint)).await?;
            savepoint.commit().await?;
            Ok(value)
        })
    }

    /// Begins a nested transaction (a savepoint), which is rolled back when it is dropped without
    /// [`commit`](AsyncSavepoint::commit).
    ///
    /// # Errors
    ///
    /// Returns an error if the transaction is aborted, as after a failed statement on PostgreSQL.
    pub async fn savepoint(&self) -> Result<AsyncSavepoint<'_>> {
        let savepoint = AsyncSavepoint::begin(self, Kind::Guard);
        savepoint.begun().await?;
        Ok(savepoint)
    }

    /// Calls a function after the commit, such as one that sends a mail about what was written. The function is dropped
    /// without a call if the transaction is rolled back, or the [savepoint](AsyncTransaction::savepoint) that was open
    /// when it was passed.
    ///
    /// The functions are called by the task that awaits the commit, in the order in which they were passed. If that
    /// task is cancelled while it waits, and the commit succeeds, another thread calls them.
    #[doc(alias = "after_commit")]
    pub fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        self.conversation.say(Message::OnCommit(self.speaker, Box::new(callback)));
    }

    /// Commits the changes, and then calls the functions that were passed to
    /// [`on_commit`](AsyncTransaction::on_commit).
    ///
    /// If the future is dropped before it is ready, the transaction may be committed or rolled back.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot commit, as when a deferred foreign key is violated; then the transaction
    /// is rolled back.
    pub async fn commit(self) -> Result<()> {
        let committed = Arc::new(Slot::default());
        self.conversation.say(Message::Commit(Arc::clone(&committed)));
        drop(poll_fn(|context| committed.poll(context)).await?);
        Ok(())
    }

    /// Rolls the changes back. Dropping the transaction does the same without waiting for it.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot roll back.
    pub async fn rollback(self) -> Result<()> {
        let done = Arc::new(Slot::default());
        self.conversation.say(Message::RollBack(Arc::clone(&done)));
        poll_fn(|context| done.poll(context)).await
    }
}

impl Drop for AsyncTransaction {
    fn drop(&mut self) {
        if self.speaker == Speaker::Outermost {
            self.conversation.hang_up();
        }
    }
}

impl fmt::Debug for AsyncTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncTransaction(..)")
    }
}

/// A nested transaction of an [`AsyncTransaction`]: the result of [`AsyncTransaction::savepoint`].
///
/// All statements of the transaction run in it as long as it exists.
#[must_use = "a savepoint is rolled back when it is dropped; call `commit`"]
pub struct AsyncSavepoint<'t> {
    conversation: &'t Conversation,
    number: u64,
    is_open: bool,
}

impl<'t> AsyncSavepoint<'t> {
    fn begin(transaction: &'t AsyncTransaction, kind: Kind) -> Self {
        let conversation = &*transaction.conversation;
        let number = conversation.number();
        conversation.say(Message::Savepoint(transaction.speaker, number, kind));
        AsyncSavepoint { conversation, number, is_open: true }
    }

    /// Waits until it has begun.
    async fn begun(&self) -> Result<()> {
        let done = Arc::new(Slot::default());
        self.conversation.say(Message::HasBegun(self.number, Arc::clone(&done)));
        poll_fn(|context| done.poll(context)).await
    }

    /// Releases the savepoint: its changes become a part of the transaction.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot release the savepoint, and one that [`is_invalid`](Error::is_invalid) if
    /// a savepoint that was begun later is still open.
    pub async fn commit(mut self) -> Result<()> {
        let done = Arc::new(Slot::default());
        self.conversation.say(Message::Keep(self.number, Arc::clone(&done)));
        let kept = poll_fn(|context| done.poll(context)).await;
        self.is_open = kept.is_err();
        kept
    }

    /// Rolls the changes back. Dropping the savepoint does the same without waiting for it.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot roll back.
    pub async fn rollback(mut self) -> Result<()> {
        self.is_open = false;
        let done = Arc::new(Slot::default());
        self.conversation.say(Message::RollBackTo(self.number, Some(Arc::clone(&done))));
        poll_fn(|context| done.poll(context)).await
    }
}

impl Drop for AsyncSavepoint<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.conversation.say(Message::RollBackTo(self.number, None));
        }
    }
}

impl fmt::Debug for AsyncSavepoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncSavepoint({})", self.number)
    }
}
