//! The derives of `orm`.
//!
//! Each derive is a module with one file for each stage: `parse` reads the attributes into a `definition`, and `expand`
//! writes code and never reads an attribute. A model is also checked by `validate`. For a model with mistakes,
//! `fallback` prevents further errors elsewhere in the program. The derives share the code that reads attributes and
//! collects mistakes.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attributes;
mod column_type;
mod diagnostic;
#[cfg(feature = "migrate")]
mod migrations;
mod model;
mod names;
mod polymorphic;
mod relation;
mod row;
mod symbol;
mod view;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::DeriveInput;

#[expect(missing_docs, reason = "`orm::Model` has the description, with examples that can name `orm`")]
#[proc_macro_derive(Model, attributes(model, belongs_to, has_one, has_many, many_to_many))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::derive(&syn::parse_macro_input!(input as DeriveInput)).into()
}

#[expect(missing_docs, reason = "`orm::Polymorphic` has the description, with examples that can name `orm`")]
#[proc_macro_derive(Polymorphic, attributes(polymorphic))]
pub fn derive_polymorphic(input: TokenStream) -> TokenStream {
    polymorphic::derive(&syn::parse_macro_input!(input as DeriveInput)).into()
}

#[expect(missing_docs, reason = "`orm::ColumnType` has the description, with examples that can name `orm`")]
#[proc_macro_derive(ColumnType, attributes(column))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    column_type::derive(&syn::parse_macro_input!(input as DeriveInput)).into()
}

#[expect(missing_docs, reason = "`orm::View` has the description, with examples that can name `orm`")]
#[proc_macro_derive(View, attributes(view))]
pub fn derive_view(input: TokenStream) -> TokenStream {
    view::derive(&syn::parse_macro_input!(input as DeriveInput)).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn row(input: TokenStream) -> TokenStream {
    row::expand(input.into()).into()
}

#[cfg(feature = "migrate")]
#[doc(hidden)]
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(std::path::PathBuf::from);
    migrations::expand(manifest.as_deref(), input.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn relation(input: TokenStream) -> TokenStream {
    relation::expand(input.into()).into()
}
