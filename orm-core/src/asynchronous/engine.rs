//! The foundation of an asynchronous database: the blocking one, and a lane of workers for each kind of its
//! connections.

use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::brief::Places;
use super::lane::Lane;
use crate::access::Access;
use crate::db::{Attempt, Db};

/// A database, and the workers that use its connections.
pub(super) struct Engine {
    db: Db,
    /// The lane for all work, or for work that writes.
    writes: Arc<Lane>,
    /// The lane for work that only reads, if it has separate connections.
    reads: Option<Arc<Lane>>,
    places: Places,
}

impl Engine {
    pub(super) fn new(db: Db) -> Self {
        let capacity = db.capacity();
        let (all, writing) =
            if capacity.readers == 0 { (true, "a connection") } else { (false, "the writing connection") };
        let lane = |role, most| Arc::new(Lane::new(role, most, capacity.patience));
        let writes = lane(writing, capacity.writers);
        let reads = (!all).then(|| lane("a reading connection", capacity.readers));
        Engine { db, writes, reads, places: Places::default() }
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    /// The lane for work that reads or writes.
    pub(super) fn lane(&self, access: Access) -> &Arc<Lane> {
        match (access, &self.reads) {
            (Access::Read, Some(reads)) => reads,
            _ => &self.writes,
        }
    }

    /// Whether some work may be so short that the calling thread does it.
    pub(super) fn may_be_short(&self, access: Access) -> bool {
        access == Access::Read && self.db.is_near()
    }

    /// Reads on the calling thread. Returns false if that was not short, and a worker has to do it.
    pub(super) fn read_briefly(&self, caller: &'static Location<'static>, attempt: &mut Attempt<'_>) -> bool {
        self.places.read(self.lane(Access::Read), caller, &self.db, attempt)
    }

    /// Refuses new work.
    pub(super) fn close(&self) {
        self.lanes().for_each(|lane| lane.close());
    }

    /// Ready when no work is left.
    pub(super) fn poll_ended(&self, context: &Context<'_>) -> Poll<()> {
        // Each of them has to know who waits.
        let at_work = self.lanes().filter(|lane| lane.poll_ended(context).is_pending()).count();
        if at_work == 0 { Poll::Ready(()) } else { Poll::Pending }
    }

    fn lanes(&self) -> impl Iterator<Item = &Arc<Lane>> {
        std::iter::once(&self.writes).chain(&self.reads)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The workers end by themselves, which may take as long as their work.
        self.close();
    }
}
