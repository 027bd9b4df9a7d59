//! `#[derive(Model)]`: attributes are parsed into a definition, which is validated and expanded.

mod definition;
mod expand;
mod fallback;
pub(crate) mod parse;
pub(crate) mod validate;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diagnostic::Errors;

/// Returns the implementation, or the errors and placeholder items.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = parse::model(input, &mut errors);
    validate::model(&model, &mut errors);
    if errors.is_empty() { expand::model(&model) } else { fallback::model(model, errors) }
}
