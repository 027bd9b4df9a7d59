//! `relation!`: the type of a relation, by its name.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Path, Token, Type};

use crate::row;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    syn::parse2::<Relation>(input).map_or_else(syn::Error::into_compile_error, |relation| relation.type_of())
}

/// `$crate; Student.courses: Course as row!(..), Part`
struct Relation {
    krate: Ident,
    model: Path,
    name: Ident,
    target: Type,
    read_as: Option<Rows>,
    extent: Option<Type>,
}

/// How the rows of the target are read.
enum Rows {
    Loaded(Type),
    View(Type),
}

impl Relation {
    fn type_of(&self) -> TokenStream {
        let Relation { krate, model, name, target, read_as, extent } = self;
        let [at, kind] = ["AT", "Kind"].map(|what| row::found(krate, model, name, what));
        let (row, base) = match read_as {
            None => (quote!(#target), quote!(#target)),
            Some(Rows::Loaded(row)) => (quote!(#row), quote!(#target)),
            Some(Rows::View(view)) => (quote!(#view), quote!(<#view as #krate::View>::Base)),
        };
        let extent = extent.as_ref().map_or_else(|| quote!(#krate::All), quote::ToTokens::to_token_stream);
        let loads = quote!(#row, #extent, #base);
        let krate = row::located_at(krate, name);
        quote_spanned!(name.span()=> #krate::Relation<#model, #target, #kind, { #at }, #loads>)
    }
}

impl Parse for Relation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![;]>()?;
        let model = input.parse()?;
        input.parse::<Token![.]>()?;
        let name = input.call(Ident::parse_any)?;
        if !input.peek(Token![:]) {
            return Err(syn::Error::new(
                name.span(),
                "the model that the relation leads to is missing; write `Student.courses: Course`",
            ));
        }
        input.parse::<Token![:]>()?;
        let target = input.parse()?;
        let read_as = if input.parse::<Option<Token![as]>>()?.is_some() { Some(input.parse()?) } else { None };
        let extent = match input.parse::<Option<Token![,]>>()? {
            Some(_) if !input.is_empty() => Some(input.parse()?),
            _ => None,
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(Relation { krate, model, name, target, read_as, extent })
    }
}

impl Parse for Rows {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        let is_view = fork.call(Ident::parse_any).is_ok_and(|word| word == "view")
            && !fork.peek(Token![::])
            && fork.parse::<Type>().is_ok();
        if is_view {
            input.call(Ident::parse_any)?;
            return Ok(Rows::View(input.parse()?));
        }
        Ok(Rows::Loaded(input.parse()?))
    }
}
