//! What the compiler says about mistakes: a case for each, in families, with the whole message beside it.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew; read each as its user would.

#[test]
fn mistakes_have_messages_that_help() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
