//! How often a read is tried on the thread of its task.

use super::*;

/// How many of some reads are tried if none of them is short.
fn tried(reads: usize) -> usize {
    let mut long = Long::default();
    (0..reads)
        .filter(|_| {
            let is_tried = !long.leave_out();
            if is_tried {
                long.note();
            }
            is_tried
        })
        .count()
}

#[test]
fn reads_that_never_are_short_are_tried_less_and_less() {
    assert_eq!([tried(1), tried(5), tried(6), tried(22), tried(23)], [1, 1, 2, 2, 3]);
    assert_eq!(tried(1 + 4 + 1 + 16 + 1 + 64 + 1 + 256 + 1 + 1024 + 1 + 1024 + 1), 7);
}

#[test]
fn a_short_read_is_forgotten() {
    let (places, caller) = (Places::default(), Location::caller());
    let is_left_out = || places.lock().get_mut(&address(caller)).is_some_and(Long::leave_out);
    assert!(!is_left_out());
    places.note(caller, false);
    assert!(is_left_out());
    places.note(caller, true);
    assert!(!is_left_out());
}
