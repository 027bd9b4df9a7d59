//! `#[derive(View)]`: a struct that reads part of a model, with related rows as plain fields.

mod definition;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diagnostic::Errors;

/// Returns the implementation, or the errors.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    match parse::view(input, &mut errors) {
        Some(view) if errors.is_empty() => expand::view(&view),
        _ => errors.into_compile_errors(),
    }
}
