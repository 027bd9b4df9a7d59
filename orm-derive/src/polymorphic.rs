//! `#[derive(Polymorphic)]`: an enum of models, one of which a row refers to.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Token, Type, Variant, parse_quote};

use crate::diagnostic::{Errors, error};
use crate::names::snake_case;
use crate::symbol as word;

/// The implementation, or what is wrong with the enum.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let krate = krate(input, &mut errors);
    let kinds = kinds(input, &mut errors);
    if errors.is_empty() { expand(&input.ident, &krate, &kinds) } else { errors.into_compile_errors() }
}

/// One variant: its name, the model that it holds, and the text that stands for it.
struct Kind {
    variant: Ident,
    model: Type,
    tag: LitStr,
}

fn kinds(input: &DeriveInput, errors: &mut Errors) -> Vec<Kind> {
    let Data::Enum(data) = &input.data else {
        errors
            .add(&input.ident, "only an enum holds rows of several models; write `enum Subject { Photo(Photo), .. }`");
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        errors.add(&input.generics, "an enum of models has no parameters; remove them");
    }
    let kinds: Vec<Kind> = data.variants.iter().filter_map(|variant| kind(variant, errors)).collect();
    for (at, kind) in kinds.iter().enumerate() {
        if kinds[..at].iter().any(|other| other.tag.value() == kind.tag.value()) {
            let tag = kind.tag.value();
            errors.add(
                &kind.variant,
                format!("another variant has the tag \"{tag}\" already; name one: `#[polymorphic(tag = \"..\")]`"),
            );
        }
    }
    kinds
}

fn kind(variant: &Variant, errors: &mut Errors) -> Option<Kind> {
    let model = match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first()?.ty.clone(),
        _ => {
            errors.add(variant, "a variant holds one model; write `Photo(Photo)`");
            return None;
        }
    };
    let mut tag = LitStr::new(&snake_case(&variant.ident.unraw().to_string()), variant.ident.span());
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident(word::POLYMORPHIC)) {
        let read = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident(word::TAG) {
                return Err(error(&meta.path, "a variant only has a `tag` here; write `#[polymorphic(tag = \"..\")]`"));
            }
            meta.input.parse::<Token![=]>()?;
            tag = meta.input.parse()?;
            Ok(())
        });
        errors.keep(read);
    }
    Some(Kind { variant: variant.ident.clone(), model, tag })
}

/// The crate's path: `::orm`, or what `#[polymorphic(crate = path)]` says.
fn krate(input: &DeriveInput, errors: &mut Errors) -> Path {
    let mut krate: Path = parse_quote!(::orm);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident(word::POLYMORPHIC)) {
        let read = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident(word::CRATE) {
                return Err(error(&meta.path, "an enum of models only names its `crate`; a `tag` stands on a variant"));
            }
            meta.input.parse::<Token![=]>()?;
            krate = meta.input.call(Path::parse_mod_style)?;
            Ok(())
        });
        errors.keep(read);
    }
    krate
}

fn expand(ident: &Ident, krate: &Path, kinds: &[Kind]) -> TokenStream {
    let variants = kinds.iter().map(|Kind { variant, model, tag }| {
        quote_spanned!(model.span()=> __orm::variant::<#model, #ident>(#tag, #ident::#variant))
    });
    let keys = kinds
        .iter()
        .map(|Kind { model, .. }| quote_spanned!(model.span()=> __K: __orm::RefersTo<<#model as __orm::Model>::Key>));
    quote! {
        const _: () = {
            use #krate::__private as __orm;
            #[automatically_derived]
            impl __orm::Polymorphic for #ident {
                fn variants() -> ::std::vec::Vec<::std::boxed::Box<dyn __orm::Variant<Self>>> {
                    ::std::vec![#(#variants),*]
                }
            }
            #[automatically_derived]
            impl<__K> __orm::KeyedBy<__K> for #ident where #(#keys,)* {}
        };
    }
}
