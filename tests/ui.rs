//! What the compiler says about mistakes: a case for each, in families, with the whole message beside it.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages again. Read each as a user.

use std::fs;
use std::path::PathBuf;

#[test]
#[cfg_attr(
    any(feature = "chrono-04", feature = "jiff-02", feature = "rust_decimal-1", feature = "time-03"),
    ignore = "with these features the compiler lists their types too"
)]
fn mistakes_have_messages_that_help() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}

#[test]
#[cfg(feature = "async")]
#[cfg_attr(
    any(feature = "chrono-04", feature = "jiff-02", feature = "rust_decimal-1", feature = "time-03"),
    ignore = "with these features the compiler lists their types too"
)]
fn mistakes_with_asynchronous_databases_have_messages_that_help() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui_async/*.rs");
}

#[test]
#[cfg(feature = "migrate")]
fn mistakes_with_migrations_have_messages_that_help() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui_migrate/*.rs");
}

#[test]
fn messages_name_what_a_program_can_name() {
    let folders = fs::read_dir("tests/ui").expect("the cases").map(|folder| folder.expect("a folder").path());
    let folders =
        folders.filter(|folder| folder.is_dir()).chain(["tests/ui_async", "tests/ui_migrate"].map(PathBuf::from));
    let files = folders.flat_map(|folder| fs::read_dir(folder).expect("a family"));
    let messages =
        files.map(|file| file.expect("a file").path()).filter(|file| file.extension() == Some("stderr".as_ref()));
    let mut read = 0;
    for file in messages {
        read += 1;
        let text = fs::read_to_string(&file).expect("a message");
        let hidden = text.lines().find(|line| line.contains("orm_core::") || line.contains("__private"));
        assert_eq!(hidden, None, "{} names what no program can", file.display());
    }
    assert!(read > 100, "found only {read} messages");
}
