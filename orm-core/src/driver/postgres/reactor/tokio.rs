//! Waiting for a socket in a task, with the reactor of the tokio runtime that polls the task.
//!
//! A socket is registered with a runtime when a task first waits for it there. It stays registered while tasks of the
//! same runtime use the connection, because registering takes system calls, and moves to another runtime when one of
//! its tasks waits.

use std::io;
use std::os::unix::net::UnixStream as Pipe;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};
use tokio::runtime::{Handle, Id, RuntimeFlavor};

use crate::driver::postgres::wire::{Readiness, Socket};

/// Whether a thread blocks for the answers of a connection, or a task is polled.
#[derive(Default)]
pub(crate) struct Turn {
    is_of_task: AtomicBool,
    is_stuck: AtomicBool,
}

impl Turn {
    /// Sets whether a task waits from now on.
    pub(crate) fn give_to_task(&self, is_of_task: bool) {
        self.is_of_task.store(is_of_task, SeqCst);
    }

    fn is_of_task(&self) -> bool {
        self.is_of_task.load(SeqCst)
    }

    /// Whether the task waits where no reactor reports that the socket is ready, so that a thread has to continue.
    pub(crate) fn is_stuck(&self) -> bool {
        self.is_stuck.load(SeqCst)
    }
}

/// Waits for a socket in the tasks that poll the connection.
pub(crate) struct Reactor {
    socket: Weak<Socket>,
    pub(crate) turn: Arc<Turn>,
    registered: Option<Registered>,
    /// Whether a task waits.
    waits: bool,
}

impl Reactor {
    pub(crate) fn of(socket: &Arc<Socket>) -> Self {
        Reactor { socket: Arc::downgrade(socket), turn: Arc::default(), registered: None, waits: false }
    }

    /// Ready when the socket becomes ready for reading or writing. `None` if a thread waits.
    pub(crate) fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        readiness: &Readiness,
    ) -> Option<Poll<io::Result<()>>> {
        if !self.turn.is_of_task() {
            self.take_over();
            return None;
        }
        if !self.registered.as_ref().is_some_and(Registered::is_of_now) {
            self.registered = self.socket.upgrade().and_then(|socket| Registered::now(&socket));
        }
        let polled = if let Some(registered) = &self.registered {
            registered.poll_ready(context, readiness)
        } else {
            self.turn.is_stuck.store(true, SeqCst);
            Poll::Pending
        };
        self.waits = polled.is_pending();
        Some(polled)
    }

    /// Deregisters the socket.
    pub(crate) fn leave(&mut self) {
        self.registered = None;
    }

    /// Sets that a thread waits from now on. If a task did, and the socket is ready, then the reactor was not driven:
    /// another executor polled the task within `Runtime::enter`.
    fn take_over(&mut self) {
        if !std::mem::take(&mut self.waits) {
            return;
        }
        if let Some(registered) = self.registered.take_if(|registered| registered.may_be_idle)
            && self.socket.upgrade().is_some_and(|socket| socket.has_something_to_read())
        {
            learn(registered.runtime, false);
        }
    }
}

/// A socket that a runtime watches.
struct Registered {
    runtime: Id,
    /// The reactor is only driven by the thread that polls the tasks.
    may_be_idle: bool,
    stream: Stream,
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Registered {
    /// Registers a socket with the runtime that polls the task; `None` without a runtime.
    fn now(socket: &Socket) -> Option<Self> {
        let runtime = Handle::try_current().ok().filter(is_usable)?;
        // A second descriptor of the socket, which the runtime may watch while the first one is read and written.
        let descriptor = socket.descriptor().try_clone_to_owned().ok()?;
        let stream = match socket {
            Socket::Tcp(_) => TcpStream::from_std(descriptor.into()).map(Stream::Tcp),
            Socket::Unix(_) => UnixStream::from_std(descriptor.into()).map(Stream::Unix),
        };
        let may_be_idle = runtime.runtime_flavor() == RuntimeFlavor::CurrentThread;
        Some(Registered { runtime: runtime.id(), may_be_idle, stream: stream.ok()? })
    }

    /// Whether the runtime is the one that polls the task.
    fn is_of_now(&self) -> bool {
        Handle::try_current().is_ok_and(|runtime| runtime.id() == self.runtime)
    }

    fn poll_ready(&self, context: &mut Context<'_>, readiness: &Readiness) -> Poll<io::Result<()>> {
        if !readiness.can_write()
            && let Poll::Ready(ready) = self.stream.poll_write_ready(context)
        {
            ready?;
            self.stream.forget(Interest::WRITABLE);
            readiness.note_writable();
            return Poll::Ready(Ok(()));
        }
        ready!(self.stream.poll_read_ready(context))?;
        // Data that arrived before this is read next, and tokio reports data that arrives later.
        self.stream.forget(Interest::READABLE);
        readiness.note_readable();
        Poll::Ready(Ok(()))
    }
}

impl Stream {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Tcp(stream) => stream.poll_read_ready(context),
            Stream::Unix(stream) => stream.poll_read_ready(context),
        }
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Tcp(stream) => stream.poll_write_ready(context),
            Stream::Unix(stream) => stream.poll_write_ready(context),
        }
    }

    /// Clears the readiness of the socket, which the runtime does if the socket is not ready.
    fn forget(&self, interest: Interest) {
        let is_not = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
        let _ = match self {
            Stream::Tcp(stream) => stream.try_io(interest, is_not),
            Stream::Unix(stream) => stream.try_io(interest, is_not),
        };
    }
}

/// Whether a task that this thread polls can wait for a socket.
pub(crate) fn is_there() -> bool {
    Handle::try_current().is_ok_and(|runtime| is_usable(&runtime))
}

/// What is known of the reactors of runtimes.
static KNOWN: RwLock<Vec<(Id, bool)>> = RwLock::new(Vec::new());

/// Whether a runtime has a reactor that is being driven.
fn is_usable(runtime: &Handle) -> bool {
    let id = runtime.id();
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter().find(|known| known.0 == id).copied();
    known.map_or_else(|| learn(id, has_reactor(runtime)), |(_, is_usable)| is_usable)
}

fn learn(runtime: Id, is_usable: bool) -> bool {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.retain(|known| known.0 != runtime);
    known.push((runtime, is_usable));
    is_usable
}

/// Whether a runtime was built with I/O. The only sign is a panic on registration, so a thread with an explanatory name
/// tries it.
fn has_reactor(runtime: &Handle) -> bool {
    if cfg!(panic = "abort") {
        return false;
    }
    let runtime = runtime.clone();
    let named = thread::Builder::new().name("orm: a panic here only says that tokio was built without I/O".to_owned());
    let tried = named.spawn(move || {
        let _within = runtime.enter();
        Pipe::pair().is_ok_and(|(pipe, _)| pipe.set_nonblocking(true).is_ok() && UnixStream::from_std(pipe).is_ok())
    });
    tried.is_ok_and(|tried| tried.join().unwrap_or(false))
}
