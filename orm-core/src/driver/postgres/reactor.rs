//! Waiting for a socket in a task without blocking, or a replacement without that.

#[cfg(all(feature = "async", unix))]
mod tokio;

#[cfg(all(feature = "async", unix))]
pub(super) use self::tokio::{Reactor, Turn, is_there};
#[cfg(not(all(feature = "async", unix)))]
pub(super) use without::Reactor;

#[cfg(not(all(feature = "async", unix)))]
mod without {
    use std::io;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use crate::driver::postgres::wire::{Readiness, Socket};

    pub(crate) struct Reactor;

    impl Reactor {
        pub(crate) fn of(_: &Arc<Socket>) -> Self {
            Reactor
        }

        #[expect(clippy::unused_self, reason = "the type that it replaces has state")]
        pub(crate) fn poll_ready(&mut self, _: &mut Context<'_>, _: &Readiness) -> Option<Poll<io::Result<()>>> {
            None
        }

        #[expect(clippy::unused_self, reason = "the type that it replaces has state")]
        pub(crate) fn leave(&mut self) {}
    }
}
