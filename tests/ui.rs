//! What the compiler says about mistakes: a case for each, in families, with the whole message beside it.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew; read each as its user would.

#[test]
#[cfg_attr(
    any(feature = "chrono-04", feature = "jiff-02", feature = "rust_decimal-1", feature = "time-03"),
    ignore = "with these features the compiler lists their types too"
)]
fn mistakes_have_messages_that_help() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
