//! Ends what runs on a connection from another thread: the statement at its server, and the wait for its answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Instant;

use mio::Waker;
use tokio_postgres::CancelToken;

use super::address::{Address, Target};
use super::dial::dial;
use super::error;
use super::link::{Lost, STOP, Waiter};
use crate::error::Result;

/// The wish of another thread that a wait ends.
pub(super) struct Stop {
    waker: Waker,
    /// How many pieces of work have begun on the connection.
    works: AtomicU64,
    /// Which of them is to end.
    stopped: AtomicU64,
    /// The server could not be told, so that no answer is to be expected.
    is_in_vain: AtomicBool,
}

impl Stop {
    pub(super) fn new(waiter: &Waiter) -> io::Result<Self> {
        let waker = Waker::new(waiter.poll.registry(), STOP)?;
        Ok(Stop { waker, works: AtomicU64::new(0), stopped: AtomicU64::new(0), is_in_vain: AtomicBool::new(false) })
    }

    /// Says that a piece of work begins, which no wish is about yet.
    pub(super) fn begin(&self) {
        self.works.store(self.works.load(SeqCst) + 1, SeqCst);
    }

    /// Whether the work of now is to end after an answer.
    ///
    /// # Errors
    ///
    /// If it is to end without one.
    pub(super) fn is_asked(&self) -> std::result::Result<bool, Lost> {
        let is_asked = self.stopped.load(SeqCst) == self.works.load(SeqCst);
        if is_asked && self.is_in_vain.load(SeqCst) { Err(Lost::Stopped) } else { Ok(is_asked) }
    }

    fn ask(&self, work: u64, is_in_vain: bool) {
        self.is_in_vain.store(is_in_vain, SeqCst);
        self.stopped.store(work, SeqCst);
        // A wait that cannot be woken ends by itself.
        let _ = self.waker.wake();
    }
}

/// Reaches the server of a connection from another one, to stop the statement that runs there.
#[derive(Clone)]
pub(super) struct Stopper {
    pub(super) token: CancelToken,
    pub(super) target: Target,
    pub(super) stop: Arc<Stop>,
}

impl Stopper {
    /// Stops the statement. Where the server cannot be told in time, the wait for its answer ends all the same.
    pub(super) fn stop(&self, address: &Address, deadline: Instant) -> Result<()> {
        let work = self.stop.works.load(SeqCst);
        let told = self.tell(address, deadline);
        self.stop.ask(work, told.is_err());
        told.map_err(|lost| error::convert_connect(lost, &self.target.to_string()))
    }

    fn tell(&self, address: &Address, deadline: Instant) -> std::result::Result<(), Lost> {
        let mut dialled = dial(&self.target, address, None, deadline)?;
        dialled.waiter.drive(self.token.cancel_query_raw(dialled.stream, dialled.tls), deadline)?.map_err(Lost::Said)
    }
}
