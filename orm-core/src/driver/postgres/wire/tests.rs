//! Messages are found however the bytes are cut.

use super::*;

/// The kinds and the kept part of the bodies of the messages in these pieces.
fn skimmed<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Vec<(char, Vec<u8>)> {
    let mut skimmer = Skimmer::default();
    let mut found = Vec::new();
    for piece in pieces {
        skimmer.skim(piece, |message| found.push((char::from(message.kind), message.body.to_vec())));
    }
    found
}

#[test]
fn messages_are_found_however_they_are_cut() {
    let bytes = b"C\0\0\0\x0dROLLBACK\0Z\0\0\0\x05TS\0\0\0\x04D\0\0\0\x220123456789abcdefghijklmnopqrstZ\0\0\0\x05I";
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
fn answers_are_counted_and_the_status_is_the_last_one() {
    let traffic = Traffic::default();
    let message = |kind, body: &[u8]| {
        let mut message = Message { kind, ..Message::default() };
        message.body[..body.len()].copy_from_slice(body);
        message
    };
    traffic.received(&message(b'Z', b"I"));
    traffic.start();
    assert!(traffic.is_settled());
    traffic.sent(&message(b'B', b""));
    traffic.sent(&message(b'S', b""));
    traffic.sent(&message(b'Q', b""));
    traffic.received(&message(b'Z', b"T"));
    assert!(!traffic.is_settled());
    assert_eq!(traffic.status(), Status::Open);
    traffic.received(&message(b'C', b"ROLLBACK"));
    traffic.received(&message(b'Z', b"I"));
    assert!(traffic.is_settled() && traffic.rolled_back());
    assert_eq!(traffic.status(), Status::Idle);
}
