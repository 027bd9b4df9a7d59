//! The tables in `docs/conformance.md`: every row says how the library conforms, and names the tests for it.

use crate::table::{Row, assert_tests_exist, numbers, numbers_of, rows};

const DOCUMENT: &str = "docs/conformance.md";

/// How a row can conform, as the first words of its third cell.
const VERDICTS: [&str; 5] = ["holds", "compile error", "type", "better", "not yet"];

#[test]
fn every_row_says_how_it_holds() {
    for row in &rows(DOCUMENT) {
        row.assert_says_one_of(&VERDICTS);
        assert_eq!(row.says("not yet"), row.tests.is_empty(), "{:?}: a test, or `not yet`", row.numbers);
    }
}

#[test]
fn every_test_of_a_row_exists() {
    assert_tests_exist(&rows(DOCUMENT));
}

#[test]
fn numbers_stand_once_and_in_order() {
    let rows = rows(DOCUMENT);
    assert!(numbers(&rows).is_sorted_by(|left, right| left < right), "{:?}", numbers(&rows));
    assert!(rows.iter().all(|row: &Row| row.numbers.len() == 1), "a row has one number");
}

#[test]
fn no_row_is_lost() {
    let rows = rows(DOCUMENT);
    // Django's promises have gaps in their numbers, for promises that have no meaning here.
    let promises = numbers_of(None, &rows);
    assert_eq!((promises.len(), promises.first(), promises.last()), (112, Some(&1), Some(&127)));
    assert!(numbers_of(Some('B'), &rows).into_iter().eq(1..=40), "what goes wrong elsewhere");
    assert!(numbers_of(Some('R'), &rows).into_iter().eq(1..=31), "what was reported elsewhere");
}
