//! `row!`: the type of a row, by the names of the relations and values that it holds.

use std::collections::HashSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Path, Token, Type, braced};

use crate::names;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    syn::parse2::<Row>(input).map_or_else(syn::Error::into_compile_error, |row| row.type_of())
}

/// `$crate; Student { courses: Many<Course>, named Count: u64 }`
struct Row {
    krate: Ident,
    model: Path,
    held: Vec<Held>,
}

/// What a row holds besides its columns.
enum Held {
    Relation { name: Ident, state: Type },
    Value { name: Path, ty: Type },
}

impl Row {
    /// Returns the type of the row without relations, to which the relations are then added in order.
    fn type_of(&self) -> TokenStream {
        let Row { krate, model, held } = self;
        held.iter().fold(quote!(#model), |row, held| {
            let (slot, state) = held.slot_and_state(krate, model);
            quote_spanned!(held.span()=> <#row as #krate::Attach<#slot, #state>>::Out)
        })
    }
}

impl Held {
    /// Returns the place at which rustc reports a mistake in it.
    fn span(&self) -> Span {
        match self {
            Held::Relation { name, .. } => name.span(),
            Held::Value { name, .. } => name.span(),
        }
    }

    fn slot_and_state(&self, krate: &Ident, model: &Path) -> (TokenStream, TokenStream) {
        match self {
            Held::Relation { name, state } => {
                // The check is at the type, so that an error about a model in place of a state points there.
                let state = quote_spanned!(state.span()=> <#state as #krate::signature::State>::Held);
                let at = found(krate, model, name, "AT");
                (quote_spanned!(name.span()=> #krate::signature::At<#model, { #at }>), state)
            }
            Held::Value { name, ty } => (quote!(#krate::signature::Slot<#name>), quote!(#ty)),
        }
    }
}

/// Returns the position of a model's relation: `<Student as HasRelation<hash>>::AT`. rustc's message points at the
/// name.
pub(crate) fn found(krate: &Ident, model: &Path, name: &Ident, what: &str) -> TokenStream {
    let mut hash = Literal::u64_unsuffixed(names::hash(&name.unraw().to_string()));
    hash.set_span(name.span());
    let what = Ident::new(what, name.span());
    let model = located_at(model, name);
    quote_spanned!(name.span()=> <#model as #krate::signature::HasRelation<#hash>>::#what)
}

/// Returns the same tokens, with the span of a name, so that rustc reports mistakes there.
pub(crate) fn located_at(tokens: &impl ToTokens, name: &Ident) -> TokenStream {
    let located = tokens.to_token_stream().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(name.span()));
        token
    });
    located.collect()
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![;]>()?;
        let model = input.parse()?;
        let content;
        braced!(content in input);
        let held: Vec<Held> = Punctuated::<Held, Token![,]>::parse_terminated(&content)?.into_iter().collect();
        refuse_repeated(&held)?;
        Ok(Row { krate, model, held })
    }
}

impl Parse for Held {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let is_relation = input.peek(Token![:]) && !input.peek(Token![::]);
        if name == "named" && !is_relation {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            return Ok(Held::Value { name, ty: input.parse()? });
        }
        if !is_relation {
            return Err(syn::Error::new(
                name.span(),
                "the state of the relation is missing; write `courses: Many<Course>`",
            ));
        }
        input.parse::<Token![:]>()?;
        Ok(Held::Relation { name, state: input.parse()? })
    }
}

fn refuse_repeated(held: &[Held]) -> syn::Result<()> {
    let mut seen = HashSet::new();
    for held in held {
        if let Held::Relation { name, .. } = held
            && !seen.insert(name.unraw().to_string())
        {
            return Err(syn::Error::new(name.span(), format!("the relation `{}` occurs twice", name.unraw())));
        }
    }
    Ok(())
}
