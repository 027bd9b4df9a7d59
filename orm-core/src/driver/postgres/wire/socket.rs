//! A socket that does not block, as a stream.

use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use mio::event::Source;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket, over TCP or of the same machine.
pub(crate) enum Socket {
    Tcp(mio::net::TcpStream),
    #[cfg(unix)]
    Unix(mio::net::UnixStream),
}

impl Socket {
    pub(crate) fn source(&mut self) -> &mut dyn Source {
        match self {
            Socket::Tcp(stream) => stream,
            #[cfg(unix)]
            Socket::Unix(stream) => stream,
        }
    }

    /// The address that it leads to, unless it stays within the machine.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Socket::Tcp(stream) => stream.peer_addr().ok().map(|address| address.ip()),
            #[cfg(unix)]
            Socket::Unix(_) => None,
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.read(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.read(bytes),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.write(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.write(bytes),
        }
    }
}

/// What the socket is known to be ready for. Whoever waits for it sets this, and a read or write that would block
/// clears it, so that the system is not asked twice.
pub(crate) struct Readiness {
    pub(crate) reading: AtomicBool,
    pub(crate) writing: AtomicBool,
    /// The other side has ended the connection: nothing more will be told of the socket, and reading comes to the end.
    pub(crate) closed: AtomicBool,
    /// The socket is read until it says itself that it is empty: what was read may have been the last word before the end.
    pub(crate) thorough: AtomicBool,
}

impl Readiness {
    /// Whether a read that fills less than its room tells that the socket is empty.
    fn trusts_short_reads(&self) -> bool {
        cfg!(unix) && !self.closed.load(Relaxed) && !self.thorough.load(Relaxed)
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Readiness { reading: true.into(), writing: true.into(), closed: false.into(), thorough: false.into() }
    }
}

/// A socket as a stream. No waker is kept: whoever waits for the socket polls again when it is ready.
pub(crate) struct Wire {
    socket: Socket,
    readiness: Arc<Readiness>,
    /// Whether it is shut down by the other side.
    lingers: bool,
}

impl Wire {
    pub(crate) fn new(socket: Socket, readiness: Arc<Readiness>) -> Self {
        Wire { socket, readiness, lingers: false }
    }

    /// The same stream, which is shut down only when the other side has closed it, since what was sent has arrived then.
    pub(crate) fn lingering(self) -> Self {
        Wire { lingers: true, ..self }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.readiness.reading.load(Relaxed) {
            let room = buffer.initialize_unfilled();
            let most = room.len();
            match this.socket.read(room) {
                Ok(read) => {
                    // Less than there was room for: the socket is empty. Only these systems then tell when it no longer is.
                    if read > 0 && read < most && this.readiness.trusts_short_reads() {
                        this.readiness.reading.store(false, Relaxed);
                    }
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => this.readiness.reading.store(false, Relaxed),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Pending
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        while this.readiness.writing.load(Relaxed) {
            match this.socket.write(bytes) {
                Ok(written) => return Poll::Ready(Ok(written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => this.readiness.writing.store(false, Relaxed),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    // The system closes a socket that is dropped.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 64];
        while self.lingers {
            let mut buffer = ReadBuf::new(&mut bytes);
            // A server may also break off what it closes.
            self.lingers = ready!(self.as_mut().poll_read(context, &mut buffer)).is_ok() && !buffer.filled().is_empty();
        }
        Poll::Ready(Ok(()))
    }
}
