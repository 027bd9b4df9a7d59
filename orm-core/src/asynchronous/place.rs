//! Where asynchronous work is sent: to any connection, or to the one of a transaction.

use std::sync::Arc;

use super::conversation::{Conversation, Message, Speaker};
use super::engine::Engine;
use super::lane::Job;
use super::origin::Origin;
use crate::access::Access;

/// The destination of asynchronous work.
#[derive(Clone, Copy)]
pub struct Place<'e>(Inner<'e>);

#[derive(Clone, Copy)]
enum Inner<'e> {
    /// The connections of a database, whichever is free.
    Database(&'e Engine),
    /// The connection of a transaction, by one of its handles.
    Transaction(&'e Conversation, Speaker),
}

impl<'e> Place<'e> {
    pub(super) fn database(engine: &'e Engine) -> Self {
        Place(Inner::Database(engine))
    }

    pub(super) fn transaction(conversation: &'e Conversation, speaker: Speaker) -> Self {
        Place(Inner::Transaction(conversation, speaker))
    }

    /// The database, of which any free connection will do; `None` for a transaction.
    pub(super) fn engine(self) -> Option<&'e Engine> {
        match self.0 {
            Inner::Database(engine) => Some(engine),
            Inner::Transaction(..) => None,
        }
    }

    /// Sends work, to be done after all work that was sent before.
    pub(super) fn send(self, job: Arc<dyn Job>, access: Access, origin: Origin) {
        match self.0 {
            Inner::Database(engine) => engine.lane(access).push(job, origin, engine.db()),
            Inner::Transaction(conversation, speaker) => conversation.say(Message::Work(speaker, job, origin)),
        }
    }
}
