//! Plain English: texts avoid what a reader has to decode, and have the terms that people search for.

use std::fs;

use proc_macro2::{TokenStream, TokenTree};

use crate::sources::{name, sources};
use crate::text::{read, root};

/// Words that a reader has to decode, and what to write instead.
const AVOIDED: &[(&str, &str)] = &[
    ("whoever", "name who it is"),
    ("so many", "say how many"),
    ("is none", "say what it is"),
    ("is told", "say who tells whom what"),
    ("are told", "say who tells whom what"),
    ("stands in", "is in"),
    ("mend", "fix"),
    ("least and greatest", "minimum and maximum"),
    ("undone", "rolled back"),
    ("of its own", "repeat the noun, or write \"its own\""),
    ("of their own", "repeat the noun, or write \"their own\""),
    ("what is not said", "defaults"),
    ("becomes of", "say what happens to it"),
    ("lest", "so that .. not"),
    ("thereby", "by this"),
];

/// The sources of the published crates.
const SOURCES: &[&str] = &["src", "orm-core/src", "orm-derive/src", "orm-cli/src"];

/// Terms that people search for, and the document in which they find them.
const TERMS: &[(&str, &[&str])] = &[
    ("README.md", &["eager loading", "N+1", "rolled back", "optimistic locking", "keyset", "polymorphic", "snapshot"]),
    ("docs/guide/02-queries.md", &["keyset", "aggregate"]),
    ("docs/guide/03-relations.md", &["eager loading", "N+1", "polymorphic", "snapshot"]),
    ("docs/guide/06-loading.md", &["keyset", "snapshot"]),
    ("docs/guide/07-writing.md", &["optimistic locking", "savepoint", "upsert", "rolled back", "isolation level"]),
    ("docs/guide/09-errors.md", &["HTTP", "unique key", "retries"]),
    ("docs/guide/12-postgresql.md", &["connection pool", "isolation level", "PgBouncer", "savepoint"]),
    ("docs/guide/14-parts.md", &["aggregate", "group by", "keyset", "projection"]),
    ("docs/guide/18-connecting.md", &["connection pool"]),
    ("docs/guide/23-getting-started.md", &["eager loading", "connection pool", "write-ahead log"]),
    ("docs/guide/24-dynamic-queries.md", &["scope", "search form", "bound parameter"]),
    ("docs/guide/25-deployment.md", &["PgBouncer", "read replica", "timeout", "consistent snapshot"]),
    ("docs/guide/26-cookbook.md", &["optimistic locking", "pagination", "soft delete", "audit log", "job queue"]),
    ("docs/guide/28-glossary.md", &["savepoint", "projection", "eager loading", "N+1", "upsert", "composite key"]),
];

#[test]
fn texts_are_in_plain_english() {
    assert_plain(documents().into_iter().map(|path| (prose(&read(&path)), path)));
}

#[test]
fn comments_and_messages_are_in_plain_english() {
    let paths = SOURCES.iter().flat_map(|folder| sources(folder)).map(|file| name(&file));
    assert_plain(paths.map(|path| (comments_and_literals(&read(&path)), path)));
}

#[track_caller]
fn assert_plain(texts: impl Iterator<Item = (String, String)>) {
    let mut found = Vec::new();
    for (text, path) in texts {
        let text = text.to_lowercase();
        for (words, instead) in AVOIDED.iter().filter(|(words, _)| holds(&text, words)) {
            found.push(format!("{path} says \"{words}\": {instead}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn texts_have_the_terms_of_the_field() {
    for (path, terms) in TERMS {
        let text = read(path).to_lowercase();
        for term in *terms {
            assert!(text.contains(&term.to_lowercase()), "{path} never says \"{term}\"");
        }
    }
}

fn documents() -> Vec<String> {
    let of_folder = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let texts = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        texts.map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let at_the_top =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md"].map(str::to_owned);
    at_the_top.into_iter().chain(of_folder("docs")).chain(of_folder("docs/guide")).collect()
}

/// A text without its blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The comments and the literals of a source, on one line.
fn comments_and_literals(source: &str) -> String {
    let comments = source.lines().filter_map(|line| Some(line.split_once("//")?.1.trim_start_matches(['/', '!', ' '])));
    let tokens = source.parse().expect("Rust");
    let mut literals = String::new();
    add_literals(tokens, &mut literals);
    let text = format!("{} {}", comments.collect::<Vec<_>>().join(" "), literals.replace("\\\n", " "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add_literals(tokens: TokenStream, literals: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => add_literals(group.stream(), literals),
            TokenTree::Literal(literal) => literals.extend([" ", &literal.to_string()]),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// Whether a text has some words, and not as a part of longer ones.
fn holds(text: &str, words: &str) -> bool {
    // Names of items may contain any words.
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(words).any(|(at, _)| {
        !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + words.len()..].chars().next())
    })
}

#[test]
fn comments_and_literals_are_found() {
    let source = "/// Prints.\nfn mend() {\n    // One\n    // sentence.\n    print(\"a \\\n      b\");\n}";
    assert_eq!(comments_and_literals(source), "Prints. One sentence. \" Prints.\" \"a b\"");
}

#[test]
fn words_are_found_whole() {
    assert!(holds("to mend it", "mend") && !holds("recommended", "mend"));
    assert!(root().join("README.md").exists());
}
