//! Attributes of the derives, by libFuzzer: an item is expanded, or refused by compile errors; nothing panics, and what comes out
//! is Rust. No program can link a macro crate, so this one is made of the same files. `.ci/fuzz` builds and runs it.

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

// The files name each other by paths from the root of their crate.
use derive::{attributes, column_type, diagnostic, model, names, polymorphic, symbol, view};
use libfuzzer_sys::{Corpus, fuzz_target};
use syn::DeriveInput;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(input) = syn::parse_str::<DeriveInput>(&items::text(data)) else { return Corpus::Reject };
    for derive in [model::derive, polymorphic::derive, column_type::derive, view::derive] {
        let tokens = derive(&input);
        // Of what is no Rust, rustc would say so, and point at code that the user did not write.
        assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "this is no Rust: {tokens}");
    }
    Corpus::Keep
});
