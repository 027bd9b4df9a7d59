//! Names in serialised rows: the case that serde writes, and the check that each name occurs once.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::model::definition::{Model, Relation};
use crate::names::SerdeCase;

/// Returns `.case(Case::Camel)`, unless names stay unchanged.
pub(crate) fn case(model: &Model) -> Option<TokenStream> {
    let case = match model.serialized.case {
        SerdeCase::Snake => return None,
        SerdeCase::ScreamingSnake => quote!(ScreamingSnake),
        SerdeCase::Pascal => quote!(Pascal),
        SerdeCase::Camel => quote!(Camel),
        SerdeCase::Kebab => quote!(Kebab),
        SerdeCase::ScreamingKebab => quote!(ScreamingKebab),
    };
    Some(quote!(.case(__orm::Case::#case)))
}

/// Returns `.serialized("blogPosts")`, unless it is the relation's name.
pub(crate) fn name(model: &Model, relation: &Relation) -> Option<TokenStream> {
    let name = relation.serialized(model.serialized.case);
    (name != relation.text()).then(|| quote!(.serialized(#name)))
}

/// Returns an error for each relation that has the name of another entry of the row, if the model is serialised. Only
/// rustc knows whether it is.
pub(crate) fn checks(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let entries = model.serialized.entries.iter();
    let mut seen: HashMap<String, String> = entries.map(|(name, entry)| (name.clone(), entry.clone())).collect();
    let checks = model.relations.iter().filter_map(|relation| {
        let name = relation.serialized(model.serialized.case);
        let this = format!("the relation `{}`", relation.text());
        let Some(other) = seen.get(&name) else {
            seen.insert(name, this);
            return None;
        };
        let message = format!(
            "{other} and {this} would both be called `{name}` in a serialised row; rename the relation there: `rename \
             = \"..\"` in its attribute"
        );
        let span = relation.rename.as_ref().map_or_else(|| relation.name.span(), syn::LitStr::span);
        let check = quote_spanned!(span=> ::core::assert!(!__orm::Able::<#ident>::SERIALIZED, "{}", #message));
        Some(quote!(const _: () = #check;))
    });
    quote!(#(#checks)*)
}
