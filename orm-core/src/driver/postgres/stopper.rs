//! Ending what runs on a connection from another thread: the statement in its server, and the wait for its answer.

use std::sync::Arc;
use std::time::Instant;

use tokio_postgres::CancelToken;

use super::address::Address;
use super::dial::dial;
use super::error;
use super::lost::Lost;
use super::stop::Stop;
use super::target::Target;
use crate::error::Result;

/// Reaches the server of a connection over another one, to cancel the statement.
pub(super) struct Stopper {
    pub(super) token: CancelToken,
    pub(super) target: Target,
    pub(super) stop: Arc<Stop>,
}

impl Stopper {
    /// Cancels the statement. If the server cannot be reached in time, the wait for its answer ends anyway.
    pub(super) fn stop(&self, address: &Address, deadline: Instant) -> Result<()> {
        let work = self.stop.work();
        let told = self.tell(address, deadline);
        self.stop.ask(work, told.is_err());
        told.map_err(|lost| error::convert_connect(lost, &self.target.to_string()))
    }

    fn tell(&self, address: &Address, deadline: Instant) -> std::result::Result<(), Lost> {
        let mut dialled = dial(&self.target, address, None, deadline)?;
        dialled.waiter.drive(self.token.cancel_query_raw(dialled.stream, dialled.tls), deadline)?.map_err(Lost::Said)
    }
}
