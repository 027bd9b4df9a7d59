//! Work that a task does itself: it polls a connection, and repeats the work from the start when an answer has arrived.
//! Or it reads from a connection that answers at once.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use super::{Db, Session, Site};
use crate::access::Access;
use crate::driver::{Attempted, Brief, Connection, Polled};
use crate::error::{Error, Result};

/// A connection on which a task does some work.
pub(crate) struct Polling {
    connection: Box<dyn Polled>,
    access: Access,
}

/// An attempt at some work, which can break it off.
pub(crate) type Attempt<'a> = dyn FnMut(&dyn Site) -> ControlFlow<()> + 'a;

impl Polling {
    /// A connection for the calling task. `None` if only a thread can get one.
    pub(crate) fn begin(db: &Db, access: Access) -> Option<Self> {
        Some(Polling { connection: db.pool().lend_polled(access)?, access })
    }

    /// Attempts the work, and waits for the answer that it needs. Returns false if the work sent another statement than
    /// before, and has to be done in another way.
    pub(crate) fn poll(&mut self, db: &Db, context: &mut Context<'_>, attempt: &mut Attempt<'_>) -> Poll<bool> {
        loop {
            ready!(self.connection.poll_answer(context));
            let flow = attempt(&Attempting { db, connection: RefCell::new(self.connection.attempt()) });
            match self.connection.attempted() {
                Attempted::Asked if flow.is_continue() => {}
                Attempted::Astray if flow.is_continue() => return Poll::Ready(false),
                _ => return Poll::Ready(true),
            }
        }
    }

    /// Does the rest on the calling thread.
    pub(crate) fn finish(&mut self, db: &Db, attempt: &mut Attempt<'_>) -> bool {
        self.connection.block();
        match self.poll(db, &mut Context::from_waker(Waker::noop()), attempt) {
            Poll::Ready(is_done) => is_done,
            Poll::Pending => unreachable!("a connection that blocks does not wait for a task"),
        }
    }

    /// Whether the work may have written something.
    pub(crate) fn may_have_written(&self) -> bool {
        self.access == Access::Write
    }

    /// Whether nothing will wake the task that polls it.
    pub(crate) fn is_stuck(&self) -> bool {
        self.connection.is_stuck()
    }
}

/// Attempts some work that only reads, on a connection that is free. Returns whether it reached its end within the
/// limit, or `None` if no connection was free.
pub(crate) fn briefly(db: &Db, limit: Duration, attempt: &mut Attempt<'_>) -> Option<bool> {
    let brief = db.pool().briefly(limit, &mut |connection| {
        let _ = attempt(&Attempting { db, connection: RefCell::new(connection) });
    });
    match brief {
        Brief::Whole => Some(true),
        Brief::BrokenOff => Some(false),
        Brief::NotBegun => None,
    }
}

/// Where an attempt at some work runs.
struct Attempting<'a> {
    db: &'a Db,
    connection: RefCell<&'a mut dyn Connection>,
}

impl Site for Attempting<'_> {
    fn db(&self) -> &Db {
        self.db
    }

    fn with(&self, _: Access, work: &mut dyn FnMut(&mut Session<'_>) -> Result<()>) -> Result<()> {
        let connection = self.connection.try_borrow_mut();
        let mut connection = connection.map_err(|_| Error::invalid("the connection of a task is in use"))?;
        work(&mut Session::new(&mut **connection, self.db))
    }
}
