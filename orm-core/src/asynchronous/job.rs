//! Work that waits for a worker.

use crate::db::Site;
use crate::error::Error;

/// Work that waits for a worker, whatever it returns.
pub(super) trait Job: Send + Sync {
    /// Does the work, unless nobody waits for it any more.
    fn run(&self, site: &dyn Site);

    /// Ends without doing the work.
    fn refuse(&self, error: Error);
}
