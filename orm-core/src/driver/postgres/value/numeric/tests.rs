//! Decimal numbers are converted to the database's form and back.

use super::*;

fn there_and_back(text: &str) -> String {
    let mut bytes = BytesMut::new();
    append(Decimal::parse(text).expect("a number"), &mut bytes).expect("a number that is sent");
    decode(&bytes).expect("bytes of a number").expect("a number that is not too long").to_string()
}

#[test]
fn numbers_come_back_as_they_were_sent() {
    let longest = i128::MAX.to_string();
    let least = i128::MIN.to_string();
    let small = format!("0.{}", i128::MAX);
    let long = format!("-1.{}", &i128::MAX.to_string()[1..]);
    let tiny = format!("0.{}1", "0".repeat(50));
    let round = format!("1{}", "0".repeat(37));
    let texts = ["0", "1", "-1", "1.5", "-0.01", "10000", "12345.6789", "99999999.0001", "0.00001", "100000000"];
    for text in texts.into_iter().chain([&*longest, &*small, &*long, &*tiny, &*round]) {
        assert_eq!(there_and_back(text), text);
    }
    // The number after the minimum has no positive counterpart.
    assert!(decode(&sent(&least)).expect("bytes of a number").is_err());
}

fn sent(text: &str) -> BytesMut {
    let mut bytes = BytesMut::new();
    append(Decimal::parse(text).expect("a number"), &mut bytes).expect("a number that is sent");
    bytes
}

#[test]
fn what_is_no_number_is_refused() {
    let not_a_number = [0, 0, 0, 0, 0xc0, 0, 0, 0];
    assert!(decode(&not_a_number).expect("bytes of a number").is_err());
    assert!(decode(&[0, 1, 0, 0, 0, 0, 0, 0]).is_none());
    // 10000^20
    assert!(decode(&[0, 1, 0, 20, 0, 0, 0, 0, 0, 1]).expect("bytes of a number").is_err());
}
