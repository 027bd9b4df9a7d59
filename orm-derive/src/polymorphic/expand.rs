//! Generates the code of an enum of models. Nothing here reads an attribute.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::definition::{Kind, Polymorphic};

/// Returns the implementation, and the enum of rows with relations. For an enum with mistakes, the implementation never
/// runs.
pub(crate) fn polymorphic(polymorphic: &Polymorphic, is_sound: bool) -> TokenStream {
    let loaded = enum_of_loaded(polymorphic);
    let Polymorphic { ident, krate, kinds, .. } = polymorphic;
    let models: Vec<&Type> = kinds.iter().map(|kind| &kind.model).collect();
    let plain = list(models.iter().map(|model| quote_spanned!(model.span()=> __orm::OneOf<#model, #model>)));
    let variants = variants(kinds, &quote!(#ident));
    let tags = kinds.iter().map(|Kind { variant, tag, .. }| quote!(#ident::#variant(_row) => #tag));
    // Variants with mistakes are missing in the list.
    let tag = if is_sound { quote!(match self { #(#tags),* }) } else { quote!(loop {}) };
    let wholes = list(models.iter().map(|model| quote_spanned!(model.span()=> __orm::one_of::<#model>())));
    let places = kinds.iter().enumerate().filter(|(_, kind)| is_alone(kind, kinds)).map(|(at, Kind { model, .. })| {
        let place = (0..at).fold(quote!(__orm::Here), |place, _| quote!(__orm::There<#place>));
        quote! {
            #[automatically_derived]
            impl __orm::Holds<#model> for #ident {
                type At = #place;
            }
        }
    });
    quote! {
        #loaded
        const _: () = {
            use #krate::__private as __orm;
            #[automatically_derived]
            impl __orm::Polymorphic for #ident {
                type Models = #plain;
                fn tag(&self) -> &'static str {
                    #tag
                }
                fn models() -> #plain {
                    #wholes
                }
                fn variants(__list: &#plain) -> ::std::vec::Vec<__orm::Variant<'_, Self>> {
                    #variants
                }
            }
            #(#places)*
        };
    }
}

/// Whether no other variant holds the same model, so that the model determines the variant.
fn is_alone(kind: &Kind, kinds: &[Kind]) -> bool {
    let model = |kind: &Kind| kind.model.to_token_stream().to_string();
    kinds.iter().filter(|other| model(other) == model(kind)).count() == 1
}

/// Returns the enum of the same variants with rows that hold relations.
fn enum_of_loaded(polymorphic: &Polymorphic) -> TokenStream {
    let Polymorphic { ident, vis, krate, loaded, kinds, .. } = polymorphic;
    let names: Vec<&Ident> = kinds.iter().map(|kind| &kind.variant).collect();
    let rows: Vec<Ident> = names.iter().map(|name| row(name, ident, kinds)).collect();
    let models = kinds.iter().map(|kind| &kind.model);
    let list = list(models.zip(&rows).map(|(model, row)| quote!(__orm::OneOf<#model, #row>)));
    let (variants, path) = (variants(kinds, &quote!(#loaded)), quote!(#loaded<#(#rows),*>));
    let doc = format!("A [`{ident}`] with the relations that its query loaded.");
    let docs = names.iter().map(|name| format!("A row of [`{ident}::{name}`]."));
    quote! {
        #[doc = #doc]
        #[allow(clippy::large_enum_variant, reason = "the rows are as large as their models are")]
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #vis enum #loaded<#(#rows),*> {
            #(#[doc = #docs] #names(#rows)),*
        }
        const _: () = {
            use #krate::__private as __orm;
            #[automatically_derived]
            impl<#(#rows: 'static),*> __orm::HoldsLoaded<#list> for #ident {
                type Row = #path;
                fn variants(__list: &#list) -> ::std::vec::Vec<__orm::Variant<'_, #path>> {
                    #variants
                }
            }
            /// It serialises as the row that it holds.
            #[automatically_derived]
            impl<#(#rows: __orm::Serialize),*> __orm::Serialize for #path {
                fn serialize<__S: __orm::Serializer>(
                    &self,
                    __serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    match *self {
                        #(#loaded::#names(ref __row) => __orm::Serialize::serialize(__row, __serializer)),*
                    }
                }
            }
        };
    }
}

/// Returns the type parameter of a variant's rows: `PhotoRow`, unless a type of the user beside it has this name.
fn row(variant: &Ident, ident: &Ident, kinds: &[Kind]) -> Ident {
    let mut types = ident.to_token_stream();
    types.extend(kinds.iter().map(|kind| kind.model.to_token_stream()));
    let types: Vec<String> = types.into_iter().map(|token| token.to_string()).collect();
    let mut row = format_ident!("{}Row", variant.unraw());
    while types.contains(&row.to_string()) {
        row = format_ident!("{row}_");
    }
    row
}

/// Returns the variants of the enum at `path`, from the list of how they are loaded. First it checks that each variant
/// holds a model, with the code of `models` and at the same place, so that rustc reports one error.
fn variants(kinds: &[Kind], path: &TokenStream) -> TokenStream {
    let variants = kinds.iter().enumerate().map(|(at, Kind { variant, model, tag })| {
        let span = model.span();
        let list = Ident::new("__list", span);
        let rest = (0..at).fold(quote!(#list), |rest, _| quote_spanned!(span=> #rest.1));
        quote_spanned!(span=> { let _ = __orm::one_of::<#model>; __orm::variant(#tag, #path::#variant, &#rest.0) })
    });
    quote!(::std::vec![#(#variants),*])
}

/// Returns `(A, (B, ()))`.
fn list(parts: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    parts.rev().fold(quote!(()), |rest, part| quote!((#part, #rest)))
}
