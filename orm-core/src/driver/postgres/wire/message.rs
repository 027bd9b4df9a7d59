//! The messages of the protocol, found in bytes in any pieces.

use std::io;

/// A message: its kind, and the first bytes of its body.
#[derive(Default)]
pub(super) struct Message {
    pub(super) kind: u8,
    pub(super) body: [u8; Self::KEPT],
}

impl Message {
    /// The number of bytes of a body that are needed.
    const KEPT: usize = 24;
    /// A kind, and a length.
    pub(super) const HEADER: usize = 5;

    /// Whether this reports another encoding of text than UTF-8.
    pub(super) fn reports_foreign_encoding(&self) -> bool {
        let Some(encoding) = self.body.strip_prefix(b"client_encoding\0") else { return false };
        !["UTF8\0", "UTF-8\0", "UNICODE\0"].iter().any(|ours| {
            encoding.get(..ours.len()).is_some_and(|encoding| encoding.eq_ignore_ascii_case(ours.as_bytes()))
        })
    }

    /// The number at the beginning of the body.
    pub(super) fn number(&self) -> i32 {
        let [a, b, c, d, ..] = self.body;
        i32::from_be_bytes([a, b, c, d])
    }
}

/// Finds messages in bytes that arrive in pieces: a kind, a length that includes itself, and a body.
#[derive(Default)]
pub(super) struct Skimmer {
    message: Message,
    /// The number of bytes of the message so far.
    seen: usize,
    length: [u8; 4],
}

impl Skimmer {
    /// Passes on each complete message, and refuses messages above the maximum size.
    pub(super) fn skim(
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

    /// The number of missing bytes of a message that has begun, or of its header.
    pub(super) fn left(&self) -> usize {
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
mod tests {
    use super::*;

    /// The kinds and the kept part of the bodies of the messages in these pieces.
    fn skimmed<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Vec<(char, Vec<u8>)> {
        let mut skimmer = Skimmer::default();
        let mut found = Vec::new();
        for piece in pieces {
            let each = |message: &Message| {
                found.push((char::from(message.kind), message.body.to_vec()));
                Ok(())
            };
            skimmer.skim(piece, 100, each).expect("no message is too large");
        }
        found
    }

    #[test]
    fn messages_are_found_however_they_are_cut() {
        let bytes =
            b"C\0\0\0\x0dROLLBACK\0Z\0\0\0\x05TS\0\0\0\x04D\0\0\0\x220123456789abcdefghijklmnopqrstZ\0\0\0\x05I";
        let whole = skimmed([&bytes[..]]);
        let kinds: String = whole.iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, "CZSDZ");
        assert_eq!(whole[0].1[..9], *b"ROLLBACK\0");
        assert_eq!(whole[1].1[0], b'T');
        assert_eq!(whole[3].1, b"0123456789abcdefghijklmn", "no more than the first bytes are kept");
        assert_eq!(whole[4].1[0], b'I');
        for size in 1..bytes.len() {
            assert_eq!(skimmed(bytes.chunks(size)), whole, "in pieces of {size}");
        }
    }

    #[test]
    fn a_message_that_is_too_large_is_refused_by_its_header() {
        let mut skimmer = Skimmer::default();
        let passed = skimmer.skim(b"D\0\0\0\x63", 100, |_| Ok(()));
        assert!(passed.is_ok());
        for length in [b"\0\0\0\x64", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff"] {
            let mut skimmer = Skimmer::default();
            skimmer.skim(b"D\0", 100, |_| Ok(())).expect("the header has only begun");
            let mut skimmer = Skimmer::default();
            let error = skimmer.skim(&[b"D", &length[..]].concat(), 100, |_| Ok(())).expect_err("it is too large");
            assert!(error.to_string().contains("max_message_size"), "{error}");
        }
    }
}
