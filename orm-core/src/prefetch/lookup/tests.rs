//! Looking up keys that are close together, far apart and at the ends of the range.

use super::*;

#[test]
fn every_key_has_its_position_and_no_other_has_one() {
    let sets: [&[i64]; 10] = [
        &[],
        &[0],
        &[-3, -1, 0, 2],
        &[5, 6, 7, 8],
        &[7, 5, 8, 6],
        &[1_000_000_000, 5, i64::MIN],
        &[1, 1_000_000_000],
        &[i64::MIN, 0, i64::MAX],
        &[i64::MIN, i64::MIN + 1],
        &[i64::MAX - 1, i64::MAX],
    ];
    for keys in sets {
        let lookup = KeyLookup::new(keys);
        for (&key, at) in keys.iter().zip(0..) {
            assert_eq!(lookup.position(key), Some(KeyAt(at)), "{key} of {keys:?}");
        }
        for key in [i64::MIN, i64::MIN + 2, -2, 1, 3, 9, 1 << 40, i64::MAX - 2, i64::MAX] {
            assert_eq!(lookup.position(key).is_some(), keys.contains(&key), "{key} of {keys:?}");
        }
    }
}

#[test]
fn keys_close_together_need_no_hashing_and_few_far_apart_no_memory() {
    assert!(matches!(KeyLookup::new(&[10, 11, 13]), KeyLookup::Dense { .. }));
    assert!(matches!(KeyLookup::new(&[1, 1 << 40]), KeyLookup::Sparse(_)));
    assert!(matches!(KeyLookup::new(&[i64::MIN, i64::MAX]), KeyLookup::Sparse(_)));
}

#[test]
fn keys_are_numbered_as_they_are_first_seen() {
    let mut seen = SeenInts::default();
    let numbers = [
        (7, 0, true),
        (-1, 1, true),
        (7, 0, false),
        (i64::MIN, 2, true),
        (65_535, 3, true),
        (65_536, 4, true),
        (i64::MAX, 5, true),
        (-1, 1, false),
        (0, 6, true),
        (65_536, 4, false),
    ];
    for (key, number, is_new) in numbers {
        assert_eq!(seen.number(key), (RowAt(number), is_new), "{key}");
    }
    assert_eq!(seen.len, 7);
}
