//! Waiting for a socket: on the calling thread, or in the task that is polled.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Token};

use super::lost::Lost;
use super::reactor::Reactor;
use super::wire::{Readiness, Socket, Wire};

/// A socket that can be waited for.
pub(super) struct Waiter {
    poll: mio::Poll,
    events: Events,
    pub(super) readiness: Arc<Readiness>,
    pub(super) reactor: Reactor,
}

/// Why a wait ended.
pub(super) enum Woken {
    /// The socket is ready for reading or writing.
    Ready,
    /// Another thread has requested the end of the wait.
    Stopped,
    /// The deadline has passed.
    Late,
}

const SOCKET: Token = Token(0);
const STOP: Token = Token(1);

impl Waiter {
    /// Begins to watch a socket, which becomes a stream.
    pub(super) fn watch(mut socket: Socket) -> io::Result<(Waiter, Wire)> {
        let poll = mio::Poll::new()?;
        poll.registry().register(socket.source(), SOCKET, Interest::READABLE | Interest::WRITABLE)?;
        let readiness = Arc::new(Readiness::default());
        let socket = Arc::new(socket);
        let reactor = Reactor::of(&socket);
        let wire = Wire::new(socket, Arc::clone(&readiness));
        Ok((Waiter { poll, events: Events::with_capacity(4), readiness, reactor }, wire))
    }

    /// The waker with which another thread ends a wait.
    pub(super) fn waker(&self) -> io::Result<mio::Waker> {
        mio::Waker::new(self.poll.registry(), STOP)
    }

    /// Runs a future that reads and writes the socket.
    pub(super) fn drive<T>(&mut self, future: impl Future<Output = T>, deadline: Instant) -> Result<T, Lost> {
        let work = Arc::new(Flag(false.into()));
        let waker = Waker::from(Arc::clone(&work));
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(value);
            }
            if !work.take() && matches!(self.block(deadline).map_err(Lost::Socket)?, Woken::Late) {
                return Err(Lost::Late);
            }
        }
    }

    /// Waits until the socket is ready for reading or writing. A thread waits at most until the deadline; a task waits
    /// until a thread takes over.
    pub(super) async fn wait(&mut self, deadline: Instant) -> io::Result<Woken> {
        poll_fn(|context| match self.reactor.poll_ready(context, &self.readiness) {
            Some(polled) => polled.map_ok(|()| Woken::Ready),
            None => Poll::Ready(self.block(deadline)),
        })
        .await
    }

    /// Blocks the thread until the socket is ready for reading or writing, at most until the deadline.
    pub(super) fn block(&mut self, deadline: Instant) -> io::Result<Woken> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Woken::Late);
            }
            match self.poll.poll(&mut self.events, Some(left)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            }
            let (mut is_ready, mut is_stopped) = (false, false);
            for event in &self.events {
                if event.token() == STOP {
                    is_stopped = true;
                    continue;
                }
                // A socket that is closed or broken is ready, so that reading reports it.
                let broken = event.is_error();
                if broken || event.is_read_closed() {
                    self.readiness.closed.store(true, Relaxed);
                }
                if broken || event.is_readable() || event.is_read_closed() {
                    self.readiness.reading.store(true, Relaxed);
                }
                if broken || event.is_writable() || event.is_write_closed() {
                    self.readiness.writing.store(true, Relaxed);
                }
                is_ready = true;
            }
            if is_ready {
                return Ok(Woken::Ready);
            }
            if is_stopped {
                return Ok(Woken::Stopped);
            }
        }
    }
}

/// The instant after some time. A time that a clock cannot represent ends in a hundred years.
pub(super) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(Duration::from_secs(100 * 365 * 24 * 60 * 60))
}

/// A request to be polled.
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub(super) fn raised() -> Arc<Self> {
        Arc::new(Flag(true.into()))
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Relaxed)
    }

    pub(super) fn raise(&self) {
        self.0.store(true, Relaxed);
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.raise();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.raise();
    }
}
