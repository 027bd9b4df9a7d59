//! The table in `docs/conformance.md`: every row says how it holds, and names what holds it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a row can say of how it holds, as the first word of its third column.
const VERDICTS: [&str; 5] = ["holds", "compile error", "type", "better", "not yet"];

#[test]
fn every_row_says_how_it_holds() {
    let rows = rows();
    assert!(rows.len() > 40, "the table has lost its rows");
    for row in &rows {
        assert!(VERDICTS.iter().any(|verdict| row.how.starts_with(verdict)), "row {}: {:?}", row.number, row.how);
        assert_eq!(row.how.starts_with("not yet"), row.held_by.is_empty(), "row {}: a test, or `not yet`", row.number);
    }
}

#[test]
fn every_row_names_tests_that_exist() {
    let tests = tests();
    for row in &rows() {
        for name in &row.held_by {
            let own = row.prefixes().iter().any(|prefix| name.rsplit('/').next().unwrap_or(name).starts_with(prefix));
            assert!(own, "row {}: `{name}` bears another number", row.number);
            assert!(tests.contains(name), "row {}: there is no test `{name}`", row.number);
        }
    }
}

#[test]
fn every_test_of_a_row_stands_in_the_table() {
    let named: BTreeSet<String> = rows().into_iter().flat_map(|row| row.held_by).collect();
    for test in tests() {
        assert!(named.contains(&test), "no row of the table names `{test}`");
    }
}

#[test]
fn numbers_stand_once_and_in_order() {
    let rows = rows();
    let numbers: Vec<(bool, u32)> = rows.iter().map(Row::order).collect();
    assert!(numbers.is_sorted_by(|left, right| left < right), "{numbers:?}");
}

/// A row of the table: number, behaviour, how it holds here, and the tests that hold it.
struct Row {
    number: String,
    how: String,
    held_by: Vec<String>,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, how, tests] = cells[..] else { return None };
        let digits = number.strip_prefix('B').unwrap_or(number);
        digits.parse::<u32>().ok()?;
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        Some(Row { number: number.to_owned(), how: how.to_owned(), held_by: tests.collect() })
    }

    /// Django's rows first, then the cases of others.
    fn order(&self) -> (bool, u32) {
        let digits = self.number.strip_prefix('B');
        (digits.is_some(), digits.unwrap_or(&self.number).parse().unwrap_or(0))
    }

    fn prefixes(&self) -> [String; 2] {
        match self.order() {
            (true, number) => [format!("peer_b{number}_"), format!("peer_b{number:02}_")],
            (false, number) => [format!("django_{number:03}_"), format!("django_{number}_")],
        }
    }
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/conformance.md")).expect("the table is there");
    text.lines().filter(|line| line.starts_with('|')).filter_map(Row::parse).collect()
}

/// The names of the tests of rows: functions of this suite, and cases that must not compile.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files("tests/conformance") {
        let text = fs::read_to_string(&file).expect("a source can be read");
        let functions = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn ")?.split(['(', '<']).next());
        names.extend(functions.filter(|name| is_of_a_row(name)).map(str::to_owned));
    }
    for file in files("tests/ui/conformance").into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs"))
    {
        assert!(file.with_extension("stderr").exists(), "{} has no expected messages", file.display());
        let name = file.file_name().and_then(|name| name.to_str()).expect("names of files are UTF-8");
        names.insert(format!("tests/ui/conformance/{name}"));
    }
    names
}

fn is_of_a_row(name: &str) -> bool {
    name.starts_with("django_") || name.starts_with("peer_b")
}

fn files(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(directory)).expect("the directory is there");
    entries.map(|entry| entry.expect("its entries can be read").path()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
