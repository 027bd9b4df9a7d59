//! Reads attributes into a [`Polymorphic`]. After a mistake the parser continues with the rest.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Token, Variant};

use super::definition::{Kind, Polymorphic};
use crate::attributes::{called, crate_path, default_crate, each, loaded_name, once, unknown};
use crate::diagnostic::{Errors, error};
use crate::names::snake_case;
use crate::symbol as word;

/// Reads an enum. Variants with mistakes are missing in it.
pub(crate) fn polymorphic(input: &DeriveInput, errors: &mut Errors) -> Polymorphic {
    let OnEnum { krate, loaded } = OnEnum::parse(input, errors);
    Polymorphic {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        vis: input.vis.clone(),
        krate,
        loaded,
        kinds: kinds(input, errors),
    }
}

/// `#[polymorphic(..)]` on the enum.
struct OnEnum {
    krate: Path,
    /// The name of the enum of rows with relations.
    loaded: Ident,
}

impl OnEnum {
    fn parse(input: &DeriveInput, errors: &mut Errors) -> Self {
        let (mut krate, mut loaded) = (None, None);
        for attribute in called(word::POLYMORPHIC, &input.attrs) {
            each(attribute, errors, |word, input| match word.to_string().as_str() {
                word::CRATE => once(&mut krate, word, crate_path(word, input)),
                word::LOADED => once(&mut loaded, word, loaded_name(word, input)),
                word::TAG => Err(error(word, "`tag` applies to a variant; write it on the variant")),
                _ => Err(unknown(word, "`#[polymorphic(..)]` on an enum", word::ON_POLYMORPHIC)),
            });
        }
        if let Some(loaded) = loaded.as_ref().filter(|loaded| loaded.unraw() == input.ident.unraw()) {
            errors.add(loaded, format!("`{loaded}` is the name of the enum already; write another name"));
        }
        let loaded = loaded.filter(|loaded| loaded.unraw() != input.ident.unraw());
        OnEnum {
            krate: krate.unwrap_or_else(default_crate),
            loaded: loaded.unwrap_or_else(|| format_ident!("{}Loaded", input.ident.unraw())),
        }
    }
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
    if data.variants.is_empty() {
        errors.add(&input.ident, "an enum of models has a variant for each model; write `Photo(Photo)`");
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
    for attribute in called(word::POLYMORPHIC, &variant.attrs) {
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
