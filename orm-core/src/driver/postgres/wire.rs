//! The stream that tokio-postgres reads and writes: a socket that does not block, and what passes over it.
//!
//! The library tells neither whether a transaction is open nor what a `COMMIT` was answered with. The server does, at
//! the end of each answer, and the bytes come by here. Nor does it ask for values as text, which is asked for here.

mod formats;

use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use mio::event::Source;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use formats::{Formats, Rewriter};

/// A socket, over TCP or of the same machine.
pub(super) enum Socket {
    Tcp(mio::net::TcpStream),
    #[cfg(unix)]
    Unix(mio::net::UnixStream),
}

impl Socket {
    pub(super) fn source(&mut self) -> &mut dyn Source {
        match self {
            Socket::Tcp(stream) => stream,
            #[cfg(unix)]
            Socket::Unix(stream) => stream,
        }
    }

    /// The address that it leads to, unless it stays within the machine.
    pub(super) fn address(&self) -> Option<IpAddr> {
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
pub(super) struct Readiness {
    pub(super) reading: AtomicBool,
    pub(super) writing: AtomicBool,
    /// The other side has ended the connection: nothing more will be told of the socket, and reading comes to the end.
    pub(super) closed: AtomicBool,
    /// The socket is read until it says itself that it is empty: what was read may have been the last word before the end.
    pub(super) thorough: AtomicBool,
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
pub(super) struct Wire {
    socket: Socket,
    readiness: Arc<Readiness>,
    /// Whether it is shut down by the other side.
    lingers: bool,
}

impl Wire {
    pub(super) fn new(socket: Socket, readiness: Arc<Readiness>) -> Self {
        Wire { socket, readiness, lingers: false }
    }

    /// The same stream, which is shut down only when the other side has closed it, since what was sent has arrived then.
    pub(super) fn lingering(self) -> Self {
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

/// What has passed over a connection, counted by whoever reads and writes its messages.
pub(super) struct Traffic {
    /// The largest message that is taken, with its header.
    largest: usize,
    /// The start of the connection is over: what is sent now are messages with a kind.
    started: AtomicBool,
    /// How many answers were asked for.
    asked: AtomicU64,
    /// What the work of now may still ask for and prepare.
    questions_left: AtomicU64,
    preparations_left: AtomicU64,
    /// How many answers came to their end.
    answered: AtomicU64,
    /// What the server said of the transaction at the end of its last answer.
    status: AtomicU8,
    /// Whether the last command that ended was a `ROLLBACK`.
    rolled_back: AtomicBool,
    /// The number of the server's process.
    process: AtomicI32,
    /// The statements some of whose values come as text.
    pub(super) formats: Formats,
}

/// A transaction as the server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// None is open.
    Idle,
    /// One is open.
    Open,
    /// One is open in which a statement failed: nothing but undoing it is left.
    Failed,
}

/// How many answers one piece of work asks for at most, besides its own. The library asks about each type of a result that it
/// does not know, and about the types within that, as deep as the server says they go: each a level of the stack.
const MOST_QUESTIONS: u64 = 300;
/// How many statements one piece of work prepares at most, besides its own. The library has five of them, to ask about types.
const MOST_PREPARED: u64 = 20;

impl Traffic {
    /// The traffic of a new connection. A message longer than this many bytes is refused.
    pub(super) fn new(largest: usize) -> Self {
        Traffic {
            largest,
            started: AtomicBool::new(false),
            asked: AtomicU64::new(0),
            questions_left: AtomicU64::new(MOST_QUESTIONS),
            preparations_left: AtomicU64::new(MOST_PREPARED),
            answered: AtomicU64::new(0),
            status: AtomicU8::new(0),
            rolled_back: AtomicBool::new(false),
            process: AtomicI32::new(0),
            formats: Formats::default(),
        }
    }

    /// Says that a piece of work begins, with so many statements.
    pub(super) fn begin(&self, statements: usize) {
        self.questions_left.store(MOST_QUESTIONS + statements as u64, Relaxed);
        self.preparations_left.store(MOST_PREPARED + statements as u64, Relaxed);
    }

    /// Says that the connection has started.
    pub(super) fn start(&self) {
        self.asked.store(self.answered.load(Relaxed), Relaxed);
        self.started.store(true, Relaxed);
    }

    /// Whether every question was answered to the end, so that the status is that of now.
    pub(super) fn is_settled(&self) -> bool {
        self.asked.load(Relaxed) == self.answered.load(Relaxed)
    }

    pub(super) fn status(&self) -> Status {
        match self.status.load(Relaxed) {
            b'T' => Status::Open,
            b'E' => Status::Failed,
            _ => Status::Idle,
        }
    }

    /// The number of the server's process, as it says.
    pub(super) fn process(&self) -> i32 {
        self.process.load(Relaxed)
    }

    /// Whether the last command that ended was a `ROLLBACK`, which is also how a failed `COMMIT` is answered.
    pub(super) fn rolled_back(&self) -> bool {
        self.rolled_back.load(Relaxed)
    }

    fn sent(&self, message: &Message) -> io::Result<()> {
        // A synchronisation or a simple query: each is answered with the status at its end.
        match message.kind {
            b'S' | b'Q' => {
                self.asked.fetch_add(1, Relaxed);
                spend(&self.questions_left)?;
            }
            b'P' => {
                self.formats.sent(message);
                spend(&self.preparations_left)?;
            }
            b'C' => self.formats.sent(message),
            _ => {}
        }
        Ok(())
    }

    fn received(&self, message: &Message) -> io::Result<()> {
        match message.kind {
            b'Z' => {
                self.status.store(message.body[0], Relaxed);
                self.answered.fetch_add(1, Relaxed);
            }
            b'C' => self.rolled_back.store(message.body.starts_with(b"ROLLBACK"), Relaxed),
            b'K' => self.process.store(message.number(), Relaxed),
            b'S' if message.reports_foreign_encoding() => {
                return Err(io::Error::other("the session's `client_encoding` is not UTF8, which this library speaks"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Takes one of what is left.
fn spend(left: &AtomicU64) -> io::Result<()> {
    let rest = left.load(Relaxed).checked_sub(1);
    let rest = rest.ok_or_else(|| io::Error::other("the types of a statement lead to others without end"))?;
    left.store(rest, Relaxed);
    Ok(())
}

/// A stream whose messages are counted, unless it is to be encrypted: then they are counted within that.
pub(super) struct Watched<S> {
    stream: S,
    traffic: Option<Arc<Traffic>>,
    incoming: Skimmer,
    outgoing: Skimmer,
    rewriter: Rewriter,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, traffic: Arc<Traffic>) -> Self {
        Watched { traffic: Some(traffic), ..Watched::blind(stream) }
    }

    /// A stream whose messages are not counted.
    pub(super) fn blind(stream: S) -> Self {
        Watched {
            stream,
            traffic: None,
            incoming: Skimmer::default(),
            outgoing: Skimmer::default(),
            rewriter: Rewriter::default(),
        }
    }

    #[cfg(feature = "postgres-tls")]
    pub(super) fn stream(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let this = &mut *self;
        let polled = Pin::new(&mut this.stream).poll_read(context, buffer);
        if let (Poll::Ready(Ok(())), Some(traffic)) = (&polled, &this.traffic) {
            let bytes = &buffer.filled()[before..];
            this.incoming.skim(bytes, traffic.largest, |message| traffic.received(message))?;
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let polled = match &this.traffic {
            Some(traffic) if traffic.formats.are_used() => {
                let traffic = Arc::clone(traffic);
                this.poll_write_rewritten(context, bytes, &traffic.formats)
            }
            _ => Pin::new(&mut this.stream).poll_write(context, bytes),
        };
        if let (Poll::Ready(Ok(written)), Some(traffic)) = (&polled, &this.traffic)
            && traffic.started.load(Relaxed)
        {
            this.outgoing.skim(&bytes[..*written], usize::MAX, |message| traffic.sent(message))?;
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    /// Takes bytes whose messages are changed on their way. They are written with the next flush at the latest.
    fn poll_write_rewritten(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        formats: &Formats,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(context))?;
        let left = self.outgoing.left();
        if self.rewriter.is_between_messages() && left > 0 {
            // A message that had begun before there was anything to change.
            return Pin::new(&mut self.stream).poll_write(context, &bytes[..left.min(bytes.len())]);
        }
        self.rewriter.take(bytes, formats);
        if let Poll::Ready(Err(error)) = self.poll_drain(context) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    /// Writes what was rewritten.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rewriter.unwritten().is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(context, self.rewriter.unwritten()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.rewriter.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Finds messages in bytes that come in pieces: a kind, a length that counts itself, and a body.
#[derive(Default)]
struct Skimmer {
    message: Message,
    /// How many bytes of the message were seen.
    seen: usize,
    length: [u8; 4],
}

/// A message: its kind, and the first bytes of its body.
#[derive(Default)]
struct Message {
    kind: u8,
    body: [u8; Self::KEPT],
}

impl Message {
    /// How much of a body is of interest.
    const KEPT: usize = 24;
    const HEADER: usize = 5;

    /// Whether this reports that text is encoded otherwise than is understood here.
    fn reports_foreign_encoding(&self) -> bool {
        let Some(encoding) = self.body.strip_prefix(b"client_encoding\0") else { return false };
        !["UTF8\0", "UTF-8\0", "UNICODE\0"].iter().any(|ours| {
            encoding.get(..ours.len()).is_some_and(|encoding| encoding.eq_ignore_ascii_case(ours.as_bytes()))
        })
    }

    /// The number that the body begins with.
    fn number(&self) -> i32 {
        let [a, b, c, d, ..] = self.body;
        i32::from_be_bytes([a, b, c, d])
    }
}

impl Skimmer {
    /// Hands out each message that is whole, and refuses those that are larger than the largest.
    fn skim(
        &mut self,
        mut bytes: &[u8],
        largest: usize,
        mut each: impl FnMut(&Message) -> io::Result<()>,
    ) -> io::Result<()> {
        while let Some(&first) = bytes.first() {
            match self.seen {
                0 => {
                    self.message = Message { kind: first, ..Message::default() };
                    bytes = self.advance(bytes, 1);
                }
                1..Message::HEADER => {
                    self.length[self.seen - 1] = first;
                    bytes = self.advance(bytes, 1);
                    if self.seen == Message::HEADER && self.total() > largest {
                        return Err(too_large(self.total(), largest));
                    }
                }
                _ => bytes = self.skim_body(bytes),
            }
            if self.seen >= Message::HEADER && self.seen >= self.total() {
                each(&self.message)?;
                self.seen = 0;
            }
        }
        Ok(())
    }

    fn skim_body<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let at = self.seen - Message::HEADER;
        let length = bytes.len().min(self.total() - self.seen);
        if let Some(room) = self.message.body.get_mut(at..) {
            let kept = length.min(room.len());
            room[..kept].copy_from_slice(&bytes[..kept]);
        }
        self.advance(bytes, length)
    }

    fn advance<'b>(&mut self, bytes: &'b [u8], by: usize) -> &'b [u8] {
        self.seen += by;
        &bytes[by..]
    }

    /// How many bytes are left of a message that has begun, or of the part that says how long it is.
    fn left(&self) -> usize {
        match self.seen {
            0 => 0,
            seen if seen < Message::HEADER => Message::HEADER - seen,
            seen => self.total() - seen,
        }
    }

    fn total(&self) -> usize {
        1 + u32::from_be_bytes(self.length) as usize
    }
}

fn too_large(bytes: usize, largest: usize) -> io::Error {
    let message = format!("the server announced a message of {bytes} bytes, and `max_message_size` is {largest}");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests;
