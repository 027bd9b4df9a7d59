//! Every message of the derive is shown by a case in `tests/ui`.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

use crate::symbol as word;

#[test]
fn every_message_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown: String = files(&root.join("../tests/ui"), "stderr").iter().map(|path| read(path)).collect();
    let mut sources = files(&root.join("src"), "rs");
    sources.retain(|source| !source.starts_with(root.join("src/tests")));

    let messages: Vec<String> = sources.iter().flat_map(|source| messages_of(&read(source))).collect();
    assert!(messages.len() > 30, "found only {} messages in the sources", messages.len());
    let missing: Vec<&String> = messages.iter().filter(|message| !is_shown(message, &shown)).collect();
    assert!(missing.is_empty(), "no case in tests/ui shows these messages: {missing:#?}");
}

#[test]
fn the_documents_list_every_keyword_of_a_model() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in ["../src/docs/model.md", "../docs/guide/01-models.md"] {
        let text = read(&root.join(document));
        for (place, known) in [("the struct", word::ON_STRUCT), ("a field", word::ON_FIELD)] {
            let table: Vec<&str> = table_after(&text, &format!("`#[model(..)]` on {place}")).collect();
            let is_listed = |keyword: &str| table.iter().any(|row| starts(row, keyword));
            let missing: Vec<&&str> = known.iter().filter(|keyword| !is_listed(keyword)).collect();
            assert!(missing.is_empty(), "{document} does not list these keywords on {place}: {missing:?}");
        }
    }
}

/// The first cells of the table that follows a text.
fn table_after<'a>(document: &'a str, text: &str) -> impl Iterator<Item = &'a str> {
    let after = document.split_once(text).map_or("", |(_, after)| after);
    let rows = after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('|').nth(1))
}

/// Whether one of the pieces of code in a cell starts with a keyword.
fn starts(cell: &str, keyword: &str) -> bool {
    let codes = cell.split('`').skip(1).step_by(2);
    codes.filter_map(|code| code.split([' ', '(']).next()).any(|word| word == keyword)
}

#[test]
fn messages_are_found_in_calls_and_formats() {
    let source =
        r#"fn f() { errors.add(at, "is one"); error(at, format!("two {x}")); other("is three"); new("name") }"#;
    assert_eq!(messages_of(source), ["is one", "two {x}"]);
}

#[test]
fn placeholders_match_anything_within_a_line() {
    assert!(is_shown("no `{word}` here", "a\nerror: no `tabel` here\n"));
    assert!(!is_shown("no `{word}` here", "error: no `tabel`\n here"));
}

/// The literals of all calls that make an error.
fn messages_of(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    match source.parse() {
        Ok(tokens) => walk(tokens, &mut found),
        Err(error) => panic!("{error}"),
    }
    // Names are no messages: `Ident::new("orm", ..)`.
    found.retain(|message| message.contains(' '));
    found
}

/// Functions whose literals are messages.
const CALLS: &[&str] = &["error", "add", "new"];

fn walk(tokens: TokenStream, found: &mut Vec<String>) {
    let mut called = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if called => literals(group.stream(), found),
            TokenTree::Group(group) => walk(group.stream(), found),
            TokenTree::Ident(ident) => {
                called = CALLS.iter().any(|call| ident == call);
                continue;
            }
            _ => {}
        }
        called = false;
    }
}

fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => literals(group.stream(), found),
            TokenTree::Literal(literal) => {
                found.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value()));
            }
            _ => {}
        }
    }
}

/// Whether a line holds the parts of the message around its placeholders, in their order.
fn is_shown(message: &str, shown: &str) -> bool {
    let parts: Vec<&str> = message.split(['{', '}']).step_by(2).collect();
    shown.lines().any(|line| {
        let mut rest = Some(line);
        for part in &parts {
            rest = rest.and_then(|rest| rest.find(part).map(|at| &rest[at + part.len()..]));
        }
        rest.is_some()
    })
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
