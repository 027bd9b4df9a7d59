//! The tables in `docs/adversarial.md`: every case has an outcome, and names its tests.

use crate::table::{assert_tests_exist, numbers_of, rows};

const DOCUMENT: &str = "docs/adversarial.md";

/// The possible outcomes of a case, as the first words of its third cell.
const VERDICTS: [&str; 6] = ["holds", "compile error", "type", "better", "cannot happen", "not yet"];

#[test]
fn every_case_says_how_it_ends() {
    for case in &rows(DOCUMENT) {
        case.assert_says_one_of(&VERDICTS);
        let needs_no_test = case.says("cannot happen") || case.says("not yet");
        assert!(needs_no_test || !case.tests.is_empty(), "{:?}: a test, or why there is none", case.numbers);
    }
}

#[test]
fn every_test_of_a_case_exists() {
    assert_tests_exist(&rows(DOCUMENT));
}

#[test]
fn numbers_stand_once_and_in_order() {
    assert!(numbers_of(None, &rows(DOCUMENT)).into_iter().eq(1..=116));
}
