//! What ARCHITECTURE.md says: the paths it names, and those of its invariants that can be read off the sources.

use std::fs;
use std::path::PathBuf;

use crate::sources::{name, sources};
use crate::text::{blocks, read, root};

#[test]
fn every_path_that_is_named_exists() {
    let paths = paths_of(&read("ARCHITECTURE.md"));
    assert!(paths.len() > 30, "found only {paths:?}");
    for path in paths.iter().chain(&paths_of(&read("CONTRIBUTING.md"))) {
        assert!(root().join(path).exists(), "`{path}` is named, and does not exist");
    }
}

#[test]
fn every_source_file_of_the_runtime_is_in_the_map() {
    let text = read("ARCHITECTURE.md");
    for file in sources("orm-core/src").iter().map(|file| name(file)).filter(|file| !is_test(file)) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shown = text.contains(&format!("`{file}`")) || text.contains(&format!("`{folder}/`"));
        assert!(shown || file == "orm-core/src/lib.rs", "ARCHITECTURE.md does not say what `{file}` is for");
    }
}

#[test]
fn only_the_files_of_a_database_name_it() {
    let databases =
        [("sqlite", ["rusqlite", "Sqlite", "sqlite::"]), ("postgres", ["tokio_postgres", "Postgres", "postgres::"])];
    for (database, names) in databases {
        let own = [format!("orm-core/src/sql/{database}"), format!("orm-core/src/driver/{database}")];
        for (file, line) in code("orm-core/src").filter(|(file, _)| !own.iter().any(|own| file.starts_with(own))) {
            // Declaring the modules and the feature is what makes them optional.
            let feature = line.contains(&format!("feature = \"{database}\""));
            let declares = feature || line.trim() == format!("pub mod {database};");
            let names = names.iter().any(|name| line.contains(name));
            assert!(declares || !names, "{file} names the library, driver or dialect of {database}: {line}");
        }
    }
}

#[test]
fn what_is_pure_does_no_io() {
    let pure = ["orm-core/src/schema", "orm-core/src/ast", "orm-core/src/sql", "orm-core/src/prefetch"];
    for (file, line) in code("orm-core/src").filter(|(file, _)| pure.iter().any(|pure| file.starts_with(pure))) {
        let io = ["Session", "Connection", "Executor", "std::fs", "std::io", "std::net"];
        let does = io.into_iter().find(|word| line.contains(word));
        assert!(
            file == "orm-core/src/prefetch/load.rs" || does.is_none(),
            "{file} does I/O by `{}`: {line}",
            does.unwrap_or_default()
        );
    }
}

#[test]
fn what_a_query_asks_for_knows_no_dialect() {
    for (file, line) in code("orm-core/src").filter(|(file, _)| file.starts_with("orm-core/src/ast")) {
        assert!(!line.contains("Dialect") && !line.contains("crate::sql"), "{file}: {line}");
    }
}

#[test]
fn expanding_reads_no_attribute() {
    for (file, line) in code("orm-derive/src").filter(|(file, _)| file.contains("/expand")) {
        for word in [".attrs", "syn::Attribute", "syn::Meta", "::parse::", "::parse;", "crate::attributes"] {
            assert!(!line.contains(word), "{file} reads attributes by `{word}`: {line}");
        }
    }
}

#[test]
fn no_derive_uses_another() {
    let derives = ["model", "polymorphic", "column_type", "view"];
    for (file, line) in code("orm-derive/src").filter(|(file, _)| file != "orm-derive/src/lib.rs") {
        for derive in derives {
            let own = ["/", ".rs"].iter().any(|end| file.starts_with(&format!("orm-derive/src/{derive}{end}")));
            assert!(own || !line.contains(&format!("crate::{derive}")), "{file} uses the derive `{derive}`: {line}");
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
        // What a test compares with is no file to be read: small programs with mistakes, and expansions.
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

/// Each line of code below a folder, with the file's name; comments, texts of documentation and tests are left out.
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
