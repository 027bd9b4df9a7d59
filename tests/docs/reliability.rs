//! The map in `docs/reliability.md`: each failure of the trial is held by tests that exist, or is said not to be covered.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::text::{read, root};

/// How many failures the trial found.
const FAILURES: u32 = 18;

#[test]
fn every_failure_is_held_or_said_not_to_be() {
    let text = read("docs/reliability.md");
    let (tables, open) = text.split_once("## What is not covered").expect("the text says what is not covered");
    let held: Vec<u32> = rows(tables).into_iter().flat_map(|(numbers, _)| numbers).collect();
    let open = numbers(open);
    for failure in 1..=FAILURES {
        let times = held.iter().chain(&open).filter(|number| **number == failure).count();
        assert_eq!(times, 1, "F{failure} stands in the table, or among what is not covered");
    }
    assert_eq!(held.len() + open.len(), FAILURES as usize);
}

#[test]
fn every_test_of_the_map_exists() {
    let tests = tests();
    for (numbers, names) in rows(&read("docs/reliability.md")) {
        assert!(!names.is_empty(), "F{numbers:?} names no test");
        for name in names {
            let is_there = tests.contains(&name) || root().join(&name).is_file();
            assert!(is_there, "F{numbers:?}: there is no test `{name}`");
        }
    }
}

/// The rows of the table of failures: their numbers, and the tests that hold them.
fn rows(text: &str) -> Vec<(Vec<u32>, Vec<String>)> {
    let lines = text.lines().filter(|line| line.starts_with("| F"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, _, tests] = cells[..] else { panic!("four cells: {line}") };
        (numbers(number), tests.split('`').skip(1).step_by(2).map(str::to_owned).collect())
    };
    lines.map(row).collect()
}

/// The numbers of the failures that a text names.
fn numbers(text: &str) -> Vec<u32> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter_map(|word| word.strip_prefix('F')?.parse().ok()).collect()
}

/// The names of all tests of the project.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["tests", "orm-core/src", "orm-derive/src"] {
        collect(&root().join(folder), &mut found);
    }
    found
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let marked =
                text.split("#[test]").skip(1).filter_map(|test| test.split_once("fn ")?.1.split(['(', '<']).next());
            found.extend(marked.map(str::to_owned));
        }
    }
}
