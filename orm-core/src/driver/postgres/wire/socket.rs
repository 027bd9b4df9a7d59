//! A socket that does not block, as a stream.

use std::io::{self, Read, Write};
#[cfg(all(feature = "async", unix))]
use std::mem::MaybeUninit;
use std::net::IpAddr;
#[cfg(all(feature = "async", unix))]
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use mio::event::Source;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A TCP socket, or a socket of the same machine.
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

    /// The remote address, unless the socket is local.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Socket::Tcp(stream) => stream.peer_addr().ok().map(|address| address.ip()),
            #[cfg(unix)]
            Socket::Unix(_) => None,
        }
    }

    /// The descriptor of the socket.
    #[cfg(all(feature = "async", unix))]
    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Socket::Tcp(stream) => stream.as_fd(),
            Socket::Unix(stream) => stream.as_fd(),
        }
    }

    /// Whether there are bytes that were not read.
    #[cfg(all(feature = "async", unix))]
    pub(crate) fn has_something_to_read(&self) -> bool {
        socket2::SockRef::from(&self.descriptor()).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|peeked| peeked > 0)
    }

    fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => (&mut &*stream).read(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => (&mut &*stream).read(bytes),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => (&mut &*stream).write(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => (&mut &*stream).write(bytes),
        }
    }
}

/// What the socket is known to be ready for. Waiting for it sets this, and a read or write that would block clears it,
/// so that no system call is made twice.
pub(crate) struct Readiness {
    pub(crate) reading: AtomicBool,
    pub(crate) writing: AtomicBool,
    /// The other side has closed the connection: the socket reports nothing more, and reading reaches the end.
    pub(crate) closed: AtomicBool,
    /// The socket is read until it is empty: the bytes that were read may have been the last ones.
    pub(crate) thorough: AtomicBool,
}

impl Readiness {
    /// Whether a read that fills less than its buffer shows that the socket is empty.
    fn trusts_short_reads(&self) -> bool {
        cfg!(unix) && !self.closed.load(Relaxed) && !self.thorough.load(Relaxed)
    }
}

#[cfg(all(feature = "async", unix))]
impl Readiness {
    pub(crate) fn can_write(&self) -> bool {
        self.writing.load(Relaxed)
    }

    pub(crate) fn note_readable(&self) {
        self.reading.store(true, Relaxed);
    }

    pub(crate) fn note_writable(&self) {
        self.writing.store(true, Relaxed);
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Readiness { reading: true.into(), writing: true.into(), closed: false.into(), thorough: false.into() }
    }
}

/// A socket as a stream. No waker is stored: what waits for the socket polls again when it is ready.
pub(crate) struct Wire {
    socket: Arc<Socket>,
    readiness: Arc<Readiness>,
    /// How many bytes the next read has room for.
    room: usize,
    /// The room of most reads. What was read is copied, since the stream's buffer would be zeroed for each read.
    least: Box<[u8]>,
    /// Whether the other side shuts it down.
    lingers: bool,
}

/// The room of a read after one that did not fill its own. It holds the answers to most requests, and grows with others.
const LEAST_ROOM: usize = 16 * 1024;

impl Wire {
    pub(crate) fn new(socket: Arc<Socket>, readiness: Arc<Readiness>) -> Self {
        Wire { socket, readiness, room: LEAST_ROOM, least: vec![0; LEAST_ROOM].into(), lingers: false }
    }

    /// The same stream, which is shut down only after the other side has closed it, because then everything that was
    /// sent has arrived.
    pub(crate) fn lingering(self) -> Self {
        Wire { lingers: true, ..self }
    }

    /// Reads into a buffer, at most a number of bytes.
    fn read(&mut self, most: usize, buffer: &mut ReadBuf<'_>) -> io::Result<usize> {
        if most > self.least.len() {
            let read = self.socket.read(buffer.initialize_unfilled_to(most))?;
            buffer.advance(read);
            return Ok(read);
        }
        let read = self.socket.read(&mut self.least[..most])?;
        buffer.put_slice(&self.least[..read]);
        Ok(read)
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.readiness.reading.load(Relaxed) {
            let most = this.room.min(buffer.remaining());
            match this.read(most, buffer) {
                Ok(read) => {
                    this.room = if read < most { LEAST_ROOM } else { this.room.max(2 * most) };
                    // The buffer was not filled, so the socket is empty. Only these systems then report when it no
                    // longer is.
                    if read > 0 && read < most && this.readiness.trusts_short_reads() {
                        this.readiness.reading.store(false, Relaxed);
                    }
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
            // A server may also abort what it closes.
            self.lingers = ready!(self.as_mut().poll_read(context, &mut buffer)).is_ok() && !buffer.filled().is_empty();
        }
        Poll::Ready(Ok(()))
    }
}
