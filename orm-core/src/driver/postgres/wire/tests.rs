//! Messages are found however the bytes are cut.

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
