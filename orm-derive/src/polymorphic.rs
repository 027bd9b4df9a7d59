//! `#[derive(Polymorphic)]`: an enum of models. A row refers to a row of one of them.

mod definition;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostic::Errors;

/// Returns the errors of the enum and the implementation. One mistake causes one message, because the rest of the
/// program sees an enum of models in any case. With an error, the implementation never runs.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let polymorphic = parse::polymorphic(input, &mut errors);
    let has_parameters = !polymorphic.generics.params.is_empty();
    let code = (!has_parameters).then(|| expand::polymorphic(&polymorphic, errors.is_empty()));
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}
