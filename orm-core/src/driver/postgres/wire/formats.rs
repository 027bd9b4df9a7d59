//! Values as text: tokio-postgres requests all values in binary form, and the binary form of some types is not known
//! here.
//!
//! The server sends the text of such a value if the message that binds a statement requests it. tokio-postgres cannot
//! do that, so the message is changed on its way: its end contains the format of each column.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::message::Message;

/// The statements of a connection with columns as text, by the names that tokio-postgres gave them.
#[derive(Default)]
pub(crate) struct Formats {
    /// There was such a statement, so messages are inspected.
    used: AtomicBool,
    /// The name of the next prepared statement is needed.
    learning: AtomicBool,
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    learned: Option<Box<[u8]>>,
    /// Whether each column is sent as text.
    known: HashMap<Box<[u8]>, Box<[bool]>>,
}

impl Formats {
    /// Requests the name of the next statement that is prepared.
    pub(crate) fn learn(&self) {
        self.names().learned = None;
        self.learning.store(true, Relaxed);
    }

    /// Sets which columns of the statement with the learned name are sent as text. Returns false if there was none.
    pub(crate) fn keep(&self, as_text: Box<[bool]>) -> bool {
        self.learning.store(false, Relaxed);
        let mut names = self.names();
        let Some(name) = names.learned.take() else { return false };
        names.known.insert(name, as_text);
        self.used.store(true, Relaxed);
        true
    }

    pub(super) fn are_used(&self) -> bool {
        self.used.load(Relaxed)
    }

    /// Inspects a message to the server.
    pub(super) fn sent(&self, message: &Message) {
        match (message.kind, &message.body) {
            (b'P', body) if self.learning.swap(false, Relaxed) => {
                self.names().learned = until_nul(body).map(|(name, _)| name.into());
            }
            (b'C', [b'S', body @ ..]) if self.are_used() => {
                if let Some((name, _)) = until_nul(body) {
                    self.names().known.remove(name);
                }
            }
            _ => {}
        }
    }

    /// Appends a whole message, requesting text for the statement's text columns.
    fn append(&self, message: &[u8], out: &mut Vec<u8>) {
        match self.asking_for_text(message) {
            Some(asking) => out.extend(asking),
            None => out.extend(message),
        }
    }

    fn asking_for_text(&self, message: &[u8]) -> Option<Vec<u8>> {
        let body = message.strip_prefix(b"B")?.get(4..)?;
        let (_portal, rest) = until_nul(body)?;
        let (name, _) = until_nul(rest)?;
        let names = self.names();
        let as_text = names.known.get(name)?;
        let before = body.strip_suffix(ALL_BINARY)?;
        // A message that is too long for this is too long for the server as well.
        let length = i32::try_from(4 + before.len() + 2 + 2 * as_text.len()).ok()?;
        let mut asking = vec![b'B'];
        asking.extend(length.to_be_bytes());
        asking.extend(before);
        asking.extend(u16::try_from(as_text.len()).ok()?.to_be_bytes());
        for &text in as_text {
            asking.extend(u16::from(!text).to_be_bytes());
        }
        Some(asking)
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of each such message of tokio-postgres: one format for all columns.
const ALL_BINARY: &[u8] = &[0, 1, 0, 1];

/// A name, and what follows the NUL at its end.
fn until_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// Assembles messages from pieces, and changes those that request text.
#[derive(Default)]
pub(super) struct Rewriter {
    /// A message that is not complete.
    held: Vec<u8>,
    /// What is to be written.
    ready: Vec<u8>,
    /// How much of it was.
    written: usize,
}

impl Rewriter {
    /// Whether the last message came to its end.
    pub(super) fn is_between_messages(&self) -> bool {
        self.held.is_empty()
    }

    pub(super) fn take(&mut self, mut bytes: &[u8], formats: &Formats) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(self.missing().min(bytes.len()));
            self.held.extend(now);
            bytes = rest;
            if self.missing() == 0 {
                formats.append(&self.held, &mut self.ready);
                self.held.clear();
            }
        }
    }

    /// The number of bytes that are missing in the message, or in its header.
    fn missing(&self) -> usize {
        let length = self.held.get(1..Message::HEADER).and_then(|length| length.try_into().ok());
        let wanted = length.map_or(Message::HEADER, |length| 1 + u32::from_be_bytes(length) as usize);
        wanted.saturating_sub(self.held.len())
    }

    /// What is to be written next.
    pub(super) fn unwritten(&self) -> &[u8] {
        &self.ready[self.written..]
    }

    pub(super) fn advance(&mut self, by: usize) {
        self.written += by;
        if self.written == self.ready.len() {
            self.ready.clear();
            self.written = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of a kind with a body.
    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(4 + body.len()).expect("a short message").to_be_bytes();
        [&[kind][..], &length, body].concat()
    }

    /// The formats of a connection with a statement `s7` with two columns, the second of which is sent as text.
    fn formats() -> Formats {
        let formats = Formats::default();
        formats.learn();
        let mut parsed = Message { kind: b'P', ..Message::default() };
        parsed.body[..3].copy_from_slice(b"s7\0");
        formats.sent(&parsed);
        assert!(formats.keep([false, true].into()));
        formats
    }

    /// The result for some bytes in pieces of a size.
    fn rewritten(formats: &Formats, bytes: &[u8], size: usize) -> Vec<u8> {
        let mut rewriter = Rewriter::default();
        bytes.chunks(size).for_each(|piece| rewriter.take(piece, formats));
        assert!(rewriter.is_between_messages());
        rewriter.unwritten().to_vec()
    }

    #[test]
    fn a_message_in_pieces_asks_for_the_text_of_some_columns() {
        let formats = formats();
        let bind = message(b'B', b"\0s7\0\0\x01\0\x01\0\x01\0\0\0\x02ab\0\x01\0\x01");
        let asking = message(b'B', b"\0s7\0\0\x01\0\x01\0\x01\0\0\0\x02ab\0\x02\0\x01\0\0");
        let (execute, sync) = (message(b'E', b"\0\0\0\0\0"), message(b'S', b""));
        let sent = [&bind[..], &execute, &sync, &bind].concat();
        let expected = [&asking[..], &execute, &sync, &asking].concat();
        for size in 1..sent.len() {
            assert_eq!(rewritten(&formats, &sent, size), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn messages_of_other_statements_pass_as_they_are() {
        let formats = formats();
        for name in ["s70", "s", ""] {
            let body = [b"\0", name.as_bytes(), b"\0\0\0\0\0\0\x01\0\x01"].concat();
            let bind = message(b'B', &body);
            assert_eq!(rewritten(&formats, &bind, 3), bind, "{name}");
        }
        let mut closed = Message { kind: b'C', ..Message::default() };
        closed.body[..4].copy_from_slice(b"Ss7\0");
        formats.sent(&closed);
        let bind = message(b'B', b"\0s7\0\0\0\0\0\0\x01\0\x01");
        assert_eq!(rewritten(&formats, &bind, 3), bind, "the statement is gone");
    }

    #[test]
    fn a_name_that_was_not_seen_is_not_kept() {
        let formats = Formats::default();
        formats.learn();
        assert!(!formats.keep([true].into()));
        assert!(!formats.are_used());
    }
}
