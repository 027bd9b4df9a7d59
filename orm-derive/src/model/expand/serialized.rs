//! Names in serialised rows: the case that serde writes them in, and the check that each stands for one entry.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::model::definition::{Model, Relation};
use crate::names::SerdeCase;

/// `.case(Case::Camel)`, unless names stay as they are.
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

/// `.serialized("blogPosts")`, unless it is the relation's name.
pub(crate) fn name(model: &Model, relation: &Relation) -> Option<TokenStream> {
    let name = relation.serialized(model.serialized.case);
    (name != relation.text()).then(|| quote!(.serialized(#name)))
}

/// An error for each relation that would be called as another entry of the row, should the model be serialised: that it is, only
/// rustc knows.
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
            "{other} and {this} would both be called `{name}` in a serialised row; name the relation there otherwise: \
             `rename = \"..\"` in its attribute"
        );
        let span = relation.rename.as_ref().map_or_else(|| relation.name.span(), syn::LitStr::span);
        let check = quote_spanned!(span=> ::core::assert!(!__orm::Able::<#ident>::SERIALIZED, "{}", #message));
        Some(quote!(const _: () = #check;))
    });
    quote!(#(#checks)*)
}
