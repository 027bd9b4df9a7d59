//! `#[derive(ColumnType)]`: newtypes that are stored as their inner value, and enums that are stored as text or
//! integers.

mod definition;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostic::Errors;

/// Returns the implementation, or the errors and a placeholder implementation.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let column_type = parse::column_type(input, &mut errors);
    let code = expand::column_type(&column_type);
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}
