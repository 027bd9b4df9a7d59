//! Mutations of bytes and texts.

use crate::random::Random;

/// Bytes that readers treat in a special way.
const AWKWARD: [&[u8]; 20] = [
    b"\0",
    b"-",
    b"+",
    b".",
    b"e",
    b"E9",
    b"0000000000",
    b"9223372036854775808",
    b"\xff\xff\xff\xff",
    b"'",
    b"\"",
    b"\\",
    b"%",
    b"[",
    b"{",
    b" ",
    b":",
    b"@",
    b"\xc3\x28",
    b"\xf0\x9f\x98\x80",
];

/// Some bytes, changed in one to four places.
pub(super) fn bytes(random: &mut Random, from: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(8) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap_or(0),
            3 => bytes.truncate(at),
            4 => {
                let awkward = *random.one_of(&AWKWARD);
                bytes.splice(at..at, awkward.iter().copied());
            }
            5 => {
                let end = (at + random.below(8)).min(bytes.len());
                bytes.drain(at..end);
            }
            6 => {
                // A part is repeated.
                let end = (at + 1 + random.below(12)).min(bytes.len());
                let part = bytes[at..end].repeat(1 + random.below(40));
                bytes.splice(at..at, part);
            }
            _ => {
                let from = random.below(other.len() + 1);
                bytes.splice(at.., other[from..].iter().copied());
            }
        }
    }
    bytes.truncate(4_000);
    bytes
}

/// A line of a corpus, changed or sometimes unchanged.
pub(super) fn line(random: &mut Random, corpus: &str) -> String {
    let lines: Vec<&str> = corpus.lines().collect();
    let (one, other) = (*random.one_of(&lines), *random.one_of(&lines));
    if random.chance(5) {
        return one.to_owned();
    }
    String::from_utf8_lossy(&bytes(random, one.as_bytes(), other.as_bytes())).into_owned()
}
