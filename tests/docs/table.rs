//! The tables of the documents whose rows have numbers: the content of a row, and the tests in it.

use std::collections::BTreeSet;
use std::fs;

use crate::sources::sources;
use crate::text::{read, root};

/// The number of a row, such as `36`, `B7` or `R01`. Its letter belongs to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub(crate) letter: Option<char>,
    pub(crate) value: u32,
}

impl Number {
    fn parse(word: &str) -> Option<Self> {
        let letter = word.chars().next().filter(char::is_ascii_uppercase);
        let digits = word.trim_start_matches(|first: char| Some(first) == letter);
        Some(Number { letter, value: digits.parse().ok()? })
    }
}

/// A row of four cells: numbers, a case, an outcome, and the tests.
pub(crate) struct Row {
    pub(crate) numbers: Vec<Number>,
    pub(crate) how: String,
    pub(crate) tests: Vec<String>,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        // A bar within a cell is escaped.
        let line = line.replace(r"\|", "\u{1}");
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let [numbers, _, how, tests] = cells[..] else { return None };
        let numbers = numbers.split(", ").map(Number::parse).collect::<Option<Vec<Number>>>()?;
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some(Row { numbers, how: how.to_owned(), tests })
    }

    /// Asserts that the outcome of the row begins with one of these words.
    #[track_caller]
    pub(crate) fn assert_says_one_of(&self, verdicts: &[&str]) {
        assert!(verdicts.iter().any(|verdict| self.how.starts_with(verdict)), "{:?}: {:?}", self.numbers, self.how);
    }

    pub(crate) fn says(&self, verdict: &str) -> bool {
        self.how.starts_with(verdict)
    }
}

/// The rows of all tables of a document.
pub(crate) fn rows(document: &str) -> Vec<Row> {
    read(document).lines().filter_map(Row::parse).collect()
}

/// The numbers of rows, in their order.
pub(crate) fn numbers(rows: &[Row]) -> Vec<Number> {
    rows.iter().flat_map(|row| row.numbers.iter().copied()).collect()
}

/// The numbers that rows have in the table of a letter.
pub(crate) fn numbers_of(letter: Option<char>, rows: &[Row]) -> Vec<u32> {
    let numbers = numbers(rows).into_iter().filter(|number| number.letter == letter);
    numbers.map(|number| number.value).collect()
}

/// Asserts that the tests of the rows exist, and that no row names one twice.
#[track_caller]
pub(crate) fn assert_tests_exist(rows: &[Row]) {
    let functions = tests();
    for Row { numbers, tests, .. } in rows {
        for test in tests {
            assert!(functions.contains(test) || is_case(test), "{numbers:?}: there is no test `{test}`");
        }
        assert_eq!(tests.iter().collect::<BTreeSet<_>>().len(), tests.len(), "{numbers:?}: a test is named twice");
    }
}

/// Whether this is the path of a program that must not compile, with its expected messages, or of another file that is
/// run.
fn is_case(path: &str) -> bool {
    let path = root().join(path);
    let is_program = path.extension().is_some_and(|extension| extension == "rs");
    path.is_file() && (!is_program || path.with_extension("stderr").is_file())
}

/// The names of all functions that are tests.
fn tests() -> BTreeSet<String> {
    let files = ["tests", "orm-core/src", "orm-derive/src"].into_iter().flat_map(sources);
    files.flat_map(|file| tests_of(&fs::read_to_string(file).expect("a source file"))).collect()
}

fn tests_of(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_marked = false;
    for line in source.lines().map(str::trim) {
        if let Some(signature) = line.strip_prefix("fn ") {
            // Macros create a test from a line such as `fn u64_comes_back() -> u64;`.
            let is_test = is_marked || signature.ends_with(';');
            names.extend(signature.split(['(', '<']).next().filter(|_| is_test).map(str::to_owned));
            is_marked = false;
        }
        // Where names have other meanings, the attribute is written with its whole path.
        is_marked |= line.starts_with("#[") && line.ends_with("test]");
    }
    names
}

/// Cases come from many sources and have numbers in the tables. A test is named after its subject.
#[test]
fn no_test_is_named_by_where_its_case_comes_from() {
    for test in tests() {
        let origin =
            test.split('_').next().filter(|word| ["adversarial", "conformance", "django", "peer"].contains(word));
        assert!(origin.is_none(), "`{test}` is named by where it comes from");
    }
}
