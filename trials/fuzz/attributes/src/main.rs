//! Attributes of the derives, by libFuzzer: an item is expanded, or refused with compile errors. Nothing panics, and
//! the expansion is valid Rust. No program can link a macro crate, so this program compiles the same files. `.ci/fuzz`
//! builds and runs it.

#![no_main]

mod items;

#[path = "../../../../orm-derive/src"]
mod derive {
    pub(crate) mod attributes;
    pub(crate) mod column_type;
    pub(crate) mod diagnostic;
    pub(crate) mod model;
    pub(crate) mod names;
    pub(crate) mod polymorphic;
    pub(crate) mod symbol;
    pub(crate) mod view;
}

// The files name each other with paths from the root of their crate.
use derive::{attributes, column_type, diagnostic, model, names, polymorphic, symbol, view};
use libfuzzer_sys::{Corpus, fuzz_target};
use syn::{Data, DeriveInput};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(input) = syn::parse_str::<DeriveInput>(&items::text(data)) else { return Corpus::Reject };
    if has_a_field_without_name(&input) {
        return Corpus::Reject;
    }
    for derive in [model::derive, polymorphic::derive, column_type::derive, view::derive] {
        let tokens = derive(&input);
        // rustc would report invalid Rust at code that the user did not write.
        assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "this is no Rust: {tokens}");
    }
    Corpus::Keep
});

/// syn parses `_: i64` as a field. rustc refuses it before it expands a derive.
fn has_a_field_without_name(input: &DeriveInput) -> bool {
    let Data::Struct(data) = &input.data else { return false };
    data.fields.iter().any(|field| field.ident.as_ref().is_some_and(|name| name == "_"))
}
