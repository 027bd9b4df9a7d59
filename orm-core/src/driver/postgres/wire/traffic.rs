//! The messages of a connection: whether a transaction is open, and the number of requests and answers.
//!
//! tokio-postgres reports neither whether a transaction is open nor the answer to a `COMMIT`. The server does, at the
//! end of each answer, and the messages pass here.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU64, Ordering::Relaxed};

use super::formats::Formats;
use super::message::Message;

/// The messages of a connection, counted by the stream that reads and writes them.
pub(crate) struct Traffic {
    /// The maximum size of a message, with its header.
    pub(super) largest: usize,
    /// The startup is over: all further messages have a kind.
    pub(super) started: AtomicBool,
    /// The number of requested answers.
    asked: AtomicU64,
    /// The number of requests and statements that the current work may still send and prepare.
    questions_left: AtomicU64,
    preparations_left: AtomicU64,
    /// The number of complete answers.
    answered: AtomicU64,
    /// The state of the transaction at the end of the server's last answer.
    status: AtomicU8,
    /// Whether the last command that ended was a `ROLLBACK`.
    rolled_back: AtomicBool,
    /// The number of the server's process.
    process: AtomicI32,
    /// The statements with values as text.
    pub(crate) formats: Formats,
}

/// The state of a transaction according to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// No transaction is open.
    Idle,
    /// A transaction is open.
    Open,
    /// A transaction is open in which a statement failed: it can only be rolled back.
    Failed,
}

/// The maximum number of additional answers that one piece of work requests. tokio-postgres looks up each unknown type
/// of a result, and the types within it, as deep as the server nests them: each level uses the stack.
const MOST_QUESTIONS: u64 = 300;
/// The maximum number of additional statements that one piece of work prepares. tokio-postgres has five of them, to
/// look up types.
const MOST_PREPARED: u64 = 20;

impl Traffic {
    /// The traffic of a new connection. A message longer than this many bytes is refused.
    pub(crate) fn new(largest: usize) -> Self {
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

    /// Notes that a piece of work begins, with this number of statements.
    pub(crate) fn begin(&self, statements: usize) {
        self.questions_left.store(MOST_QUESTIONS + statements as u64, Relaxed);
        self.preparations_left.store(MOST_PREPARED + statements as u64, Relaxed);
    }

    /// Notes that the connection has started.
    pub(crate) fn start(&self) {
        self.asked.store(self.answered.load(Relaxed), Relaxed);
        self.started.store(true, Relaxed);
    }

    /// Whether every request was answered completely, so that the status is current.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.load(Relaxed) == self.answered.load(Relaxed)
    }

    pub(crate) fn status(&self) -> Status {
        match self.status.load(Relaxed) {
            b'T' => Status::Open,
            b'E' => Status::Failed,
            _ => Status::Idle,
        }
    }

    /// The number of the server's process.
    pub(crate) fn process(&self) -> i32 {
        self.process.load(Relaxed)
    }

    /// Whether the last command that ended was a `ROLLBACK`, which is also the answer to a failed `COMMIT`.
    pub(crate) fn rolled_back(&self) -> bool {
        self.rolled_back.load(Relaxed)
    }

    /// Notes a message to the server.
    pub(super) fn sent(&self, message: &Message) -> io::Result<()> {
        // A synchronization or a simple query: each answer ends with the status.
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

    /// Notes a message of the server.
    pub(super) fn received(&self, message: &Message) -> io::Result<()> {
        match message.kind {
            b'Z' => {
                self.status.store(message.body[0], Relaxed);
                self.answered.fetch_add(1, Relaxed);
            }
            b'C' => self.rolled_back.store(message.body.starts_with(b"ROLLBACK"), Relaxed),
            b'K' => self.process.store(message.number(), Relaxed),
            b'S' if message.reports_foreign_encoding() => {
                return Err(io::Error::other(
                    "the session's `client_encoding` is not UTF8, which this library requires",
                ));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Takes one of the remaining number.
fn spend(left: &AtomicU64) -> io::Result<()> {
    let rest = left.load(Relaxed).checked_sub(1);
    let rest = rest.ok_or_else(|| io::Error::other("the types of a statement are nested without end"))?;
    left.store(rest, Relaxed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Message {
        let mut message = Message { kind, ..Message::default() };
        message.body[..body.len()].copy_from_slice(body);
        message
    }

    #[test]
    fn answers_are_counted_and_the_status_is_the_last_one() -> io::Result<()> {
        let traffic = Traffic::new(100);
        traffic.received(&message(b'Z', b"I"))?;
        traffic.start();
        assert!(traffic.is_settled());
        traffic.sent(&message(b'B', b""))?;
        traffic.sent(&message(b'S', b""))?;
        traffic.sent(&message(b'Q', b""))?;
        traffic.received(&message(b'Z', b"T"))?;
        assert!(!traffic.is_settled());
        assert_eq!(traffic.status(), Status::Open);
        traffic.received(&message(b'C', b"ROLLBACK"))?;
        traffic.received(&message(b'Z', b"I"))?;
        assert!(traffic.is_settled() && traffic.rolled_back());
        assert_eq!(traffic.status(), Status::Idle);
        Ok(())
    }

    #[test]
    fn another_encoding_than_utf_8_is_refused() {
        let traffic = Traffic::new(100);
        for (body, is_ours) in [
            (&b"client_encoding\0UTF8\0"[..], true),
            (b"client_encoding\0utf-8\0", true),
            (b"client_encoding\0LATIN1\0", false),
            (b"client_encoding\0SQL_ASC", false),
            (b"client_encoding\0UTF16\0", false),
            (b"server_encoding\0LATIN1\0", true),
        ] {
            assert_eq!(traffic.received(&message(b'S', body)).is_ok(), is_ours, "{body:?}");
        }
    }

    #[test]
    fn a_piece_of_work_asks_a_bounded_number_of_questions() -> io::Result<()> {
        let traffic = Traffic::new(100);
        for statements in [0, 1, 1_000] {
            traffic.begin(statements);
            (0..MOST_QUESTIONS + statements as u64).try_for_each(|_| traffic.sent(&message(b'S', b"")))?;
            (0..MOST_PREPARED + statements as u64).try_for_each(|_| traffic.sent(&message(b'P', b"")))?;
        }
        assert!(traffic.sent(&message(b'S', b"")).is_err());
        assert!(traffic.sent(&message(b'P', b"")).is_err());
        Ok(())
    }
}
