//! Work that a task does itself, with the permit to use a connection.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::lane::{Job, Permit};
use super::origin::Origin;
use crate::access::Access;
use crate::db::{Attempt, Polling};

/// Work that has begun.
pub(super) struct Operation {
    /// Dropped before the permit, so that the connection is back in its pool when the next work begins.
    polling: Polling,
    origin: Origin,
    permit: Permit,
}

impl Operation {
    /// Begins some work with a permit. Returns the permit if only a thread can get a connection.
    pub(super) fn begin(permit: Permit, origin: Origin, access: Access) -> Result<Self, (Permit, Origin)> {
        match Polling::begin(permit.db(), access) {
            Some(polling) => Ok(Operation { polling, origin, permit }),
            None => Err((permit, origin)),
        }
    }

    /// Continues the work. Returns false if a worker has to repeat it from the start.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, attempt: &mut Attempt<'_>) -> Poll<bool> {
        let Operation { polling, origin, permit } = self;
        origin.enter(|| polling.poll(permit.db(), context, attempt))
    }

    /// Does the rest on the calling thread. Returns false if all of it has to be repeated.
    pub(super) fn finish(&mut self, attempt: &mut Attempt<'_>) -> bool {
        let Operation { polling, origin, permit } = self;
        origin.enter(|| polling.finish(permit.db(), attempt))
    }

    /// Whether the work may have written something.
    pub(super) fn may_have_written(&self) -> bool {
        self.polling.may_have_written()
    }

    /// Whether nothing will wake the task that polls it.
    pub(super) fn is_stuck(&self) -> bool {
        self.polling.is_stuck()
    }

    /// The permit, after the connection returned to its pool.
    pub(super) fn into_permit(self) -> (Permit, Origin) {
        let Operation { polling, origin, permit } = self;
        drop(polling);
        (permit, origin)
    }

    /// Lets a worker finish the work.
    pub(super) fn hand_over(self, job: Arc<dyn Job>, finish: impl FnOnce(Operation) + Send + 'static) {
        let (lane, db) = (self.permit.lane(), self.permit.db().clone());
        lane.hand(job, Box::new(|_| finish(self)), &db);
    }
}
