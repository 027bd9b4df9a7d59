//! Work that blocks without using a connection, on a separate thread.

use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::slot::Slot;
use crate::error::{Error, Result};

/// Waits for some time.
pub(super) async fn sleep(time: Duration) {
    let slept = aside(move || {
        thread::sleep(time);
        Ok(())
    });
    // Without a thread there is no pause.
    let _ = slept.await;
}

/// Runs some work on a separate thread.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = Arc::new(Slot::default());
    let told = Arc::clone(&done);
    let thread = thread::Builder::new().name("orm-open".to_owned());
    let started = thread.spawn(move || told.put(panic::catch_unwind(AssertUnwindSafe(work))));
    started.map_err(|error| Error::no_thread(&error))?;
    poll_fn(|context| done.poll(context)).await
}
