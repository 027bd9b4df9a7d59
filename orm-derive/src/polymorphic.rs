//! `#[derive(Polymorphic)]`: an enum of models, one of which a row refers to.

mod definition;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostic::Errors;

/// The implementation, after what is wrong with the enum: one mistake is one message, so that the rest of the program
/// sees an enum of models in any case. It never runs then.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let polymorphic = parse::polymorphic(input, &mut errors);
    let has_parameters = !polymorphic.generics.params.is_empty();
    let code = (!has_parameters).then(|| expand::polymorphic(&polymorphic, errors.is_empty()));
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}
