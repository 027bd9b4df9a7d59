//! The table in `docs/reliability.md`: each failure of the trial has existing tests, or is marked as not covered.

use crate::table::{assert_tests_exist, numbers_of, rows};
use crate::text::read;

const DOCUMENT: &str = "docs/reliability.md";

#[test]
fn every_failure_is_held_or_said_not_to_be() {
    let text = read(DOCUMENT);
    let (_, open) = text.split_once("## What is not covered").expect("the text says what is not covered");
    let mut failures = numbers_of(Some('F'), &rows(DOCUMENT));
    failures.extend(failures_of(open));
    failures.sort_unstable();
    assert!(failures.iter().copied().eq(1..=19), "{failures:?}");
}

#[test]
fn every_test_of_a_failure_exists() {
    let rows = rows(DOCUMENT);
    for row in &rows {
        assert!(!row.tests.is_empty(), "{:?} names no test", row.numbers);
    }
    assert_tests_exist(&rows);
}

/// Returns the numbers of the failures in a text.
fn failures_of(text: &str) -> impl Iterator<Item = u32> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter_map(|word| word.strip_prefix('F')?.parse().ok())
}
