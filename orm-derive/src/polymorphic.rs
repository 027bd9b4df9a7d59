//! `#[derive(Polymorphic)]`: an enum of models, one of which a row refers to.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Token, Type, Variant};

use crate::attributes::{called, crate_path, default_crate, each, loaded_name, once, unknown};
use crate::diagnostic::{Errors, error};
use crate::names::snake_case;
use crate::symbol as word;

/// The implementation, after what is wrong with the enum: one mistake is one message, so that the rest of the program
/// sees an enum of models in any case. It never runs then.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let OnEnum { krate, loaded } = OnEnum::parse(input, &mut errors);
    let kinds = kinds(input, &mut errors);
    let is_sound = errors.is_empty();
    let code = if input.generics.params.is_empty() {
        expand(input, (&krate, &loaded), &kinds, is_sound)
    } else {
        TokenStream::new()
    };
    if is_sound {
        return code;
    }
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
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
                word::TAG => Err(error(word, "`tag` says something about a variant; write it on the variant")),
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

fn expand(input: &DeriveInput, (krate, loaded): (&Path, &Ident), kinds: &[Kind], is_sound: bool) -> TokenStream {
    let loaded = enum_of_loaded(input, (krate, loaded), kinds);
    let ident = &input.ident;
    let models: Vec<&Type> = kinds.iter().map(|kind| &kind.model).collect();
    let plain = list(models.iter().map(|model| quote_spanned!(model.span()=> __orm::OneOf<#model, #model>)));
    let variants = variants(kinds, &quote!(#ident));
    let tags = kinds.iter().map(|Kind { variant, tag, .. }| quote!(#ident::#variant(_row) => #tag));
    // Variants with mistakes are missing in the list.
    let tag = if is_sound { quote!(match self { #(#tags),* }) } else { quote!(loop {}) };
    let keys = models.iter().map(|model| quote_spanned!(model.span()=> __K: __orm::RefersToModel<#model>));
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
                type Itself = Self;
                fn tag(&self) -> &'static str {
                    #tag
                }
                fn models() -> #plain {
                    #wholes
                }
                fn variants(__list: &#plain) -> ::std::vec::Vec<::std::boxed::Box<dyn __orm::Variant<Self> + '_>> {
                    #variants
                }
            }
            #[automatically_derived]
            impl<__K> __orm::KeyedBy<__K> for #ident where #(#keys,)* {}
            #(#places)*
        };
    }
}

/// Whether no other variant holds the same model, so that the model says which variant is meant.
fn is_alone(kind: &Kind, kinds: &[Kind]) -> bool {
    let model = |kind: &Kind| kind.model.to_token_stream().to_string();
    kinds.iter().filter(|other| model(other) == model(kind)).count() == 1
}

/// The enum of the same variants with rows that hold relations.
fn enum_of_loaded(input: &DeriveInput, (krate, loaded): (&Path, &Ident), kinds: &[Kind]) -> TokenStream {
    let (vis, ident) = (&input.vis, &input.ident);
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
                fn variants(__list: &#list) -> ::std::vec::Vec<::std::boxed::Box<dyn __orm::Variant<#path> + '_>> {
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

/// The type parameter of a variant's rows: `PhotoRow`, unless a type of the user's that stands beside it is called so.
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

/// The variants of the enum at `path`, from the list of how they are loaded. That each holds a model is asked first, in
/// the words of `models` and at the same place, so that rustc answers once.
fn variants(kinds: &[Kind], path: &TokenStream) -> TokenStream {
    let variants = kinds.iter().enumerate().map(|(at, Kind { variant, model, tag })| {
        let span = model.span();
        let list = Ident::new("__list", span);
        let rest = (0..at).fold(quote!(#list), |rest, _| quote_spanned!(span=> #rest.1));
        quote_spanned!(span=> { let _ = __orm::one_of::<#model>; __orm::variant(#tag, #path::#variant, &#rest.0) })
    });
    quote!(::std::vec![#(#variants),*])
}

/// `(A, (B, ()))`
fn list(parts: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    parts.rev().fold(quote!(()), |rest, part| quote!((#part, #rest)))
}
