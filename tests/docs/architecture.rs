//! Checks ARCHITECTURE.md: the paths in it, and the invariants that the sources show and that are not about imports.

use std::fs;
use std::path::PathBuf;

use crate::sources::{name, sources};
use crate::text::{blocks, read, root};

#[test]
fn every_path_that_is_named_exists() {
    let paths = paths_of(&read("ARCHITECTURE.md"));
    assert!(paths.len() > 15, "found only {paths:?}");
    for path in paths.iter().chain(&paths_of(&read("CONTRIBUTING.md"))) {
        assert!(root().join(path).exists(), "`{path}` is named, and does not exist");
    }
}

#[test]
fn expanding_reads_no_attribute() {
    for (file, line) in code("orm-derive/src").filter(|(file, _)| file.contains("/expand")) {
        for word in [".attrs", "syn::Attribute", "syn::Meta"] {
            assert!(!line.contains(word), "{file} reads attributes by `{word}`: {line}");
        }
    }
}

#[test]
fn generated_code_names_the_facade_alone() {
    for (file, line) in code("orm-derive/src") {
        assert!(!line.contains("orm_core"), "{file}: {line}");
    }
}

#[test]
fn unsafe_is_forbidden_everywhere() {
    assert!(read("Cargo.toml").contains("unsafe_code = \"forbid\""));
    for manifest in ["Cargo.toml", "orm-core/Cargo.toml", "orm-derive/Cargo.toml"] {
        assert!(read(manifest).contains("[lints]\nworkspace = true"), "{manifest} does not inherit the lints");
    }
}

#[test]
fn each_source_file_says_what_it_is() {
    for folder in ["src", "orm-core/src", "orm-derive/src", "examples", "tests"] {
        // Expected outputs, small programs with mistakes and expansions are not part of the sources.
        let compared =
            |file: &&PathBuf| name(file).starts_with("tests/ui/") || name(file).contains("/tests/expansion/");
        for file in sources(folder).iter().filter(|file| !compared(file)) {
            let text = fs::read_to_string(file).expect("a source file");
            assert!(text.starts_with("//! "), "{} does not begin with a sentence on what it is", name(file));
        }
    }
}

/// The words in backticks that look like paths of the project.
fn paths_of(text: &str) -> Vec<String> {
    let outside = blocks(text).iter().fold(text.to_owned(), |text, block| text.replace(&block.text, ""));
    let quoted = outside.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| word.contains('/') && !word.contains([' ', '<', '*', '(']);
    quoted.filter(is_path).map(ToOwned::to_owned).collect()
}

/// Returns each line of code below a folder, with the file's name. Comments, texts of documentation and tests are left
/// out.
fn code(folder: &str) -> impl Iterator<Item = (String, String)> {
    sources(folder).into_iter().filter(|file| !is_test(&name(file))).flat_map(|file| {
        let text = fs::read_to_string(&file).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//")).map(ToOwned::to_owned);
        lines.map(|line| (name(&file), line)).collect::<Vec<_>>()
    })
}

fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}
