//! The stream that tokio-postgres reads and writes: a socket, and the messages that pass over it.
//!
//! What tokio-postgres does not report is read from the messages, and what it does not request is added to them.

mod formats;
mod message;
mod socket;
mod traffic;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use formats::{Formats, Rewriter};
use message::Skimmer;

pub(super) use socket::{Readiness, Socket, Wire};
pub(super) use traffic::{Status, Traffic};

/// A stream whose messages are counted, unless it will be encrypted: then the messages within the encryption are
/// counted.
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
    /// Accepts bytes whose messages are changed. They are written at the latest with the next flush.
    fn poll_write_rewritten(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        formats: &Formats,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(context))?;
        let left = self.outgoing.left();
        if self.rewriter.is_between_messages() && left > 0 {
            // A message that began before there was anything to change.
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
