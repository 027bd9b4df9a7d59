//! Tests of the stages together: what a model becomes, what is said about mistakes, and that every message is shown by a
//! test of messages.

mod expansion;
mod messages;
mod mistakes;

use syn::DeriveInput;

/// A struct as the derive is handed it.
fn input(text: &str) -> DeriveInput {
    match syn::parse_str(text) {
        Ok(input) => input,
        Err(error) => panic!("{error}: {text}"),
    }
}
