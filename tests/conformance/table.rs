//! The tables in `docs/conformance.md`: every row says how it holds, and names the tests that hold it.

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
    let (tests, tests_of_subjects) = (tests(), tests_of_subjects());
    for row in &rows() {
        for name in &row.held_by {
            if row.is_reported_elsewhere() {
                assert!(tests_of_subjects.contains(name), "row {}: there is no test `{name}`", row.number);
                continue;
            }
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
    let numbers: Vec<(Table, u32)> = rows.iter().map(Row::order).collect();
    assert!(numbers.is_sorted_by(|left, right| left < right), "{numbers:?}");
}

#[test]
fn every_case_that_was_reported_elsewhere_is_there() {
    let rows = rows();
    let numbers: Vec<&str> =
        rows.iter().filter(|row| row.is_reported_elsewhere()).map(|row| row.number.as_str()).collect();
    let all: Vec<String> = (1..=31).map(|number| format!("R{number:02}")).collect();
    assert_eq!(numbers, all);
}

/// The tables of the document, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Django,
    OtherLibraries,
    ReportedElsewhere,
}

/// A row of a table: number, behaviour, how it holds here, and the tests that hold it.
struct Row {
    number: String,
    how: String,
    held_by: Vec<String>,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        // A bar within a cell is escaped.
        let line = line.replace(r"\|", "\u{1}");
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, how, tests] = cells[..] else { return None };
        Self::place(number)?;
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        Some(Row { number: number.to_owned(), how: how.to_owned(), held_by: tests.collect() })
    }

    /// The table that a number belongs to, and its place there.
    fn place(number: &str) -> Option<(Table, u32)> {
        let (table, digits) = match number.as_bytes().first()? {
            b'B' => (Table::OtherLibraries, &number[1..]),
            b'R' => (Table::ReportedElsewhere, &number[1..]),
            _ => (Table::Django, number),
        };
        Some((table, digits.parse().ok()?))
    }

    fn order(&self) -> (Table, u32) {
        Self::place(&self.number).expect("a row was parsed by its number")
    }

    fn is_reported_elsewhere(&self) -> bool {
        self.order().0 == Table::ReportedElsewhere
    }

    /// The beginnings of the names of its tests; a row that was reported elsewhere has none of its own.
    fn prefixes(&self) -> Vec<String> {
        match self.order() {
            (Table::Django, number) => vec![format!("django_{number:03}_"), format!("django_{number}_")],
            (Table::OtherLibraries, number) => vec![format!("peer_b{number}_"), format!("peer_b{number:02}_")],
            (Table::ReportedElsewhere, _) => Vec::new(),
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

/// The names of the tests that stand among those of their subject, and the paths of the cases that must not compile.
fn tests_of_subjects() -> BTreeSet<String> {
    let sources =
        ["tests/suite", "tests/postgres"].into_iter().flat_map(files_below).filter(|file| ends_in(file, "rs"));
    let cases = files_below("tests/ui").into_iter().filter(|file| file.with_extension("stderr").exists());
    let functions = sources.flat_map(|file| test_functions(&fs::read_to_string(file).expect("a source can be read")));
    let paths = cases.filter(|file| ends_in(file, "rs")).map(|file| {
        let path = file.strip_prefix(root()).expect("it is below the package").to_str();
        path.expect("names of files are UTF-8").to_owned()
    });
    functions.chain(paths).collect()
}

/// The names of the functions that bear the attribute `#[test]`.
fn test_functions(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next()) {
            names.extend(is_test.then(|| name.to_owned()));
            is_test = false;
        }
        is_test |= line == "#[test]";
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

/// The files in a directory and in those below it.
fn files_below(directory: &str) -> Vec<PathBuf> {
    let (directories, mut found): (Vec<_>, Vec<_>) = files(directory).into_iter().partition(|path| path.is_dir());
    for below in directories {
        found.extend(files_below(below.to_str().expect("names of directories are UTF-8")));
    }
    found
}

fn ends_in(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|end| end == extension)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
