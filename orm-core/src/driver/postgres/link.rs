//! Runs futures of tokio-postgres on the thread that calls, with the connection they talk over.
//!
//! There is no runtime: whoever waits for an answer polls the connection itself and lets the system wait for the socket.
//! So no thread is started, none is switched to, and a program may call from within a runtime of its own.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Token};

use super::tls::Encrypted;
use super::wire::{Readiness, Socket, Traffic, Watched, Wire};
use crate::error::Error;

/// The connection that is polled.
pub(super) type Raw = tokio_postgres::Connection<Watched<Wire>, Encrypted>;

/// A socket that can be waited for.
pub(super) struct Waiter {
    poll: mio::Poll,
    events: Events,
    readiness: Arc<Readiness>,
}

impl Waiter {
    /// Begins to watch a socket, which becomes a stream.
    pub(super) fn watch(mut socket: Socket) -> io::Result<(Waiter, Wire)> {
        let poll = mio::Poll::new()?;
        poll.registry().register(socket.source(), Token(0), Interest::READABLE | Interest::WRITABLE)?;
        let readiness = Arc::new(Readiness::default());
        let wire = Wire::new(socket, Arc::clone(&readiness));
        Ok((Waiter { poll, events: Events::with_capacity(4), readiness }, wire))
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
            if !work.take() && !self.wait(Some(deadline)).map_err(Lost::Socket)? {
                return Err(Lost::Late);
            }
        }
    }

    /// Waits until the socket is ready for something, at most until the deadline. False when that has passed.
    fn wait(&mut self, deadline: Option<Instant>) -> io::Result<bool> {
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(false);
            }
            match self.poll.poll(&mut self.events, left) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            }
            let mut any = false;
            for event in &self.events {
                // A socket that is closed or broken is ready to say so.
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
                any = true;
            }
            if any {
                return Ok(true);
            }
        }
    }
}

/// A connection to a server, which goes on while something waits for its answers.
pub(super) struct Link {
    waiter: Waiter,
    raw: Option<Raw>,
    pub(super) traffic: Arc<Traffic>,
    /// Wakes the connection.
    talk: Arc<Flag>,
    /// Wakes whoever waits for an answer.
    work: Arc<Flag>,
    lost: Option<Lost>,
}

/// Why there is no connection any more.
#[derive(Debug)]
pub(super) enum Lost {
    /// What the library or the server said.
    Said(tokio_postgres::Error),
    /// The socket cannot be waited for.
    Socket(io::Error),
    /// The other side closed it without a word.
    Closed,
    /// The deadline has passed.
    Late,
    /// It is not the server that is wanted.
    Unwanted(&'static str),
    /// It cannot be protected as is wanted.
    Unprotected(Error),
}

/// A wish to be polled.
struct Flag(AtomicBool);

impl Flag {
    fn take(&self) -> bool {
        self.0.swap(false, Relaxed)
    }

    fn raise(&self) {
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

impl Link {
    /// Links to a server, by a future that makes the connection of the stream.
    pub(super) fn start<T, Starting>(
        mut waiter: Waiter,
        traffic: Arc<Traffic>,
        starting: Starting,
        deadline: Instant,
    ) -> Result<(T, Link), Lost>
    where
        Starting: Future<Output = Result<(T, Raw), tokio_postgres::Error>>,
    {
        let (client, raw) = waiter.drive(starting, deadline)?.map_err(Lost::Said)?;
        traffic.start();
        let (talk, work) = (Arc::new(Flag(true.into())), Arc::new(Flag(true.into())));
        Ok((client, Link { waiter, raw: Some(raw), traffic, talk, work, lost: None }))
    }

    /// Runs a future to its end, and the connection along with it.
    ///
    /// When the connection is lost, the future is told by the library, and [`lost`](Link::lost) knows why.
    pub(super) fn run<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.work));
        let mut future = pin!(future);
        self.work.raise();
        loop {
            if self.work.take()
                && let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return Some(value);
            }
            self.go_on();
            if !self.work.0.load(Relaxed) && !self.wait() {
                return None;
            }
        }
    }

    /// Waits until everything that was asked has been answered, so that the server's word on the transaction is the last.
    pub(super) fn settle(&mut self) {
        self.flush();
        while !self.traffic.is_settled() && !self.is_lost() {
            if !self.wait() {
                return;
            }
            self.go_on();
        }
    }

    /// Reads what has come while nobody asked, such as that the server is going away, without waiting. Sends what is
    /// still to be sent.
    pub(super) fn glance(&mut self) {
        self.waiter.readiness.reading.store(true, Relaxed);
        self.flush();
    }

    /// Sends what is still to be sent, as far as the socket takes it.
    pub(super) fn flush(&mut self) {
        self.talk.raise();
        self.go_on();
    }

    /// Whether there is no connection any more.
    pub(super) fn is_lost(&self) -> bool {
        self.raw.is_none()
    }

    /// A parameter that the server has reported.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.raw.as_ref()?.parameter(name)
    }

    /// Why there is no connection any more.
    pub(super) fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// Polls the connection as long as it has something to do.
    fn go_on(&mut self) {
        while self.talk.take() {
            let Some(raw) = &mut self.raw else { return };
            let waker = Waker::from(Arc::clone(&self.talk));
            match raw.poll_message(&mut Context::from_waker(&waker)) {
                Poll::Pending => {}
                // A notice, which concerns nobody.
                Poll::Ready(Some(Ok(_))) => self.talk.raise(),
                Poll::Ready(Some(Err(error))) => self.lose(Lost::Said(error)),
                Poll::Ready(None) => self.lose(Lost::Closed),
            }
        }
    }

    /// Waits for the socket. False when there is nothing to wait for any more.
    fn wait(&mut self) -> bool {
        if self.is_lost() {
            return false;
        }
        if let Err(error) = self.waiter.wait(None) {
            self.lose(Lost::Socket(error));
        }
        self.talk.raise();
        true
    }

    /// Drops the connection, upon which the library tells whoever waits.
    fn lose(&mut self, why: Lost) {
        self.raw = None;
        self.lost.get_or_insert(why);
        self.work.raise();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The library's client is gone by now, upon which the connection says goodbye.
        self.glance();
    }
}
