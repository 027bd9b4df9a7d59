//! The table in `docs/adversarial.md`: every case says how it ends, and names what holds it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a case can say of how it ends, as the first word of its third column.
const VERDICTS: [&str; 6] = ["holds", "compile error", "type", "better", "cannot happen", "not yet"];

#[test]
fn every_case_says_how_it_ends() {
    let cases = cases();
    assert!(cases.len() > 60, "the table has lost its cases");
    for case in &cases {
        assert!(VERDICTS.iter().any(|verdict| case.how.starts_with(verdict)), "case {}: {:?}", case.number, case.how);
        let needs_none = ["cannot happen", "not yet"].iter().any(|verdict| case.how.starts_with(verdict));
        assert!(needs_none || !case.held_by.is_empty(), "case {}: a test, or why there is none", case.number);
    }
}

#[test]
fn every_case_names_tests_that_exist() {
    let (all, own) = (tests(), own(&tests()));
    for case in &cases() {
        for name in &case.held_by {
            let exists = if name.contains('/') { root().join(name).exists() } else { all.contains(name) };
            assert!(exists, "case {}: there is no test `{name}`", case.number);
            assert!(!own.contains(name) || number_of(name) == Some(case.number), "case {}: `{name}`", case.number);
        }
    }
}

#[test]
fn every_test_of_a_case_stands_in_the_table() {
    let named: BTreeSet<String> = cases().into_iter().flat_map(|case| case.held_by).collect();
    for test in own(&tests()) {
        assert!(named.contains(&test), "no case of the table names `{test}`");
    }
}

#[test]
fn numbers_stand_once_and_in_order() {
    let numbers: Vec<u32> = cases().iter().map(|case| case.number).collect();
    assert!(numbers.is_sorted_by(|left, right| left < right), "{numbers:?}");
}

/// A row of the table: number, case, how it ends here, and the tests that hold it.
struct Case {
    number: u32,
    how: String,
    held_by: Vec<String>,
}

impl Case {
    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, how, ..] = cells[..] else { return None };
        let tests = cells.get(3).into_iter().flat_map(|tests| tests.split('`').skip(1).step_by(2));
        Some(Case { number: number.parse().ok()?, how: how.to_owned(), held_by: tests.map(str::to_owned).collect() })
    }
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(root().join("docs/adversarial.md")).expect("the table is there");
    text.lines().filter(|line| line.starts_with('|')).filter_map(Case::parse).collect()
}

/// The names of all functions of tests, and of cases that must not compile.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in ["tests", "orm-core/src", "orm-derive/src"].into_iter().flat_map(|folder| files(&root().join(folder))) {
        let text = fs::read_to_string(&file).expect("a source can be read");
        let functions = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn ")?.split(['(', '<']).next());
        names.extend(functions.map(str::to_owned));
    }
    names
}

/// Those that bear the number of a case: `adversarial_t79_…`.
fn own(tests: &BTreeSet<String>) -> BTreeSet<String> {
    tests.iter().filter(|name| number_of(name).is_some()).cloned().collect()
}

fn number_of(test: &str) -> Option<u32> {
    let (number, _) = test.strip_prefix("adversarial_")?.split_once('_')?;
    number.get(1..)?.parse().ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let (folders, found): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let sources = found.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources.chain(folders.iter().flat_map(|folder| files(folder))).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
