//! Where asynchronous work is sent: to any connection, or to the one of a transaction.

use std::panic::Location;
use std::sync::Arc;
use std::task::Context;

use super::conversation::{Conversation, Message, Speaker};
use super::engine::Engine;
use super::job::Job;
use super::origin::Origin;
use crate::access::Access;

/// Where asynchronous work is sent.
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

    /// Sends work, which stands behind what was sent before.
    pub(super) fn send(
        self,
        job: Arc<dyn Job>,
        access: Access,
        caller: &'static Location<'static>,
        context: &Context<'_>,
    ) {
        let origin = Origin::of(caller, context);
        match self.0 {
            Inner::Database(engine) => engine.lane(access).push(job, origin, engine.db()),
            Inner::Transaction(conversation, speaker) => conversation.say(Message::Work(speaker, job, origin)),
        }
    }
}
