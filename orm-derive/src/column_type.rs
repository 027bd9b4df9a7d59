//! `#[derive(ColumnType)]`: newtypes that are stored as what they hold, and enums that are stored as text or integers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{
    Data, DataEnum, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, LitInt, LitStr, Path, Type, UnOp, Variant,
};

use crate::attributes::{called, crate_path, default_crate, each, once, sql_name, unknown};
use crate::diagnostic::Errors;
use crate::names::snake_case;
use crate::symbol as word;

/// The implementation, or the mistakes and a stand-in.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let said = OnType::parse(input, &mut errors);
    let stored = stored(input, &said, &mut errors);
    let krate = said.krate.unwrap_or_else(default_crate);
    let column_type = ColumnType { ident: &input.ident, krate: &krate };
    let code = match stored {
        Some(Stored::Inner(inner)) if errors.is_empty() => column_type.newtype(&inner),
        Some(Stored::Text(variants)) if errors.is_empty() => column_type.text(&variants),
        Some(Stored::Integer(variants)) if errors.is_empty() => column_type.integer(&variants),
        _ if input.generics.params.is_empty() => column_type.fallback(),
        _ => TokenStream::new(),
    };
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}

/// How the values are stored.
enum Stored {
    Inner(Box<Type>),
    Text(Vec<(Ident, String)>),
    Integer(Vec<(Ident, Expr)>),
}

/// `#[column(..)]` on the type.
#[derive(Default)]
struct OnType {
    text: Option<Ident>,
    integer: Option<Ident>,
    krate: Option<Path>,
}

impl OnType {
    fn parse(input: &DeriveInput, errors: &mut Errors) -> Self {
        let mut said = OnType::default();
        for attribute in called(word::COLUMN, &input.attrs) {
            each(attribute, errors, |word, input| match word.to_string().as_str() {
                word::TEXT => once(&mut said.text, word, Ok(word.clone())),
                word::INTEGER => once(&mut said.integer, word, Ok(word.clone())),
                word::CRATE => once(&mut said.krate, word, crate_path(word, input)),
                _ => Err(unknown(word, "`#[column(..)]` on a type", word::ON_COLUMN_TYPE)),
            });
        }
        said
    }
}

fn stored(input: &DeriveInput, said: &OnType, errors: &mut Errors) -> Option<Stored> {
    if !input.generics.params.is_empty() {
        errors.add(&input.generics, "a column type has no type parameters; write one type for each column");
        return None;
    }
    match &input.data {
        Data::Enum(data) => variants(&input.ident, data, said, errors),
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                for word in said.text.iter().chain(&said.integer) {
                    errors.add(word, format!("a newtype is stored as what it holds; remove `{word}`"));
                }
                fields.unnamed.first().map(|field| Stored::Inner(Box::new(field.ty.clone())))
            }
            _ => {
                errors.add(&input.ident, "a column type holds one value; write `struct Name(Type);`, or an enum");
                None
            }
        },
        Data::Union(_) => {
            errors.add(&input.ident, "a column type is a newtype or an enum; write `struct Name(Type);`");
            None
        }
    }
}

fn variants(ident: &Ident, data: &DataEnum, said: &OnType, errors: &mut Errors) -> Option<Stored> {
    if data.variants.is_empty() {
        errors.add(ident, "an enum without variants has no value to store; give it one");
    }
    for variant in data.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let name = &variant.ident;
        errors.add(name, format!("a column holds one value, and `{name}` has fields; write `{name}` without them"));
    }
    match (&said.text, &said.integer) {
        (Some(_), Some(integer)) => {
            errors.add(integer, "the enum is stored as text already; remove one of the two words");
            None
        }
        (Some(_), None) => Some(Stored::Text(texts(data, errors))),
        (None, Some(_)) => Some(Stored::Integer(integers(data, errors))),
        // A word that could not be read may have been the missing one.
        (None, None) if !errors.is_empty() => None,
        (None, None) => {
            errors.add(
                ident,
                "how is the enum stored? write `#[column(text)]`, or `#[column(integer)]` and a number for each variant",
            );
            None
        }
    }
}

fn texts(data: &DataEnum, errors: &mut Errors) -> Vec<(Ident, String)> {
    let mut texts: Vec<(Ident, String)> = Vec::new();
    for variant in &data.variants {
        let name = variant.ident.unraw().to_string();
        let text = renamed(variant, errors).map_or_else(|| snake_case(&name), |text| text.value());
        if let Some((first, _)) = texts.iter().find(|(_, other)| *other == text) {
            errors.add(
                &variant.ident,
                format!("`{first}` is stored as \"{text}\" already; write `#[column(rename = \"..\")]` on one of them"),
            );
        }
        texts.push((variant.ident.clone(), text));
    }
    texts
}

fn integers(data: &DataEnum, errors: &mut Errors) -> Vec<(Ident, Expr)> {
    let mut integers = Vec::new();
    for variant in &data.variants {
        let name = &variant.ident;
        if let Some(text) = renamed(variant, errors) {
            errors.add(text, "the enum is stored as integers, which have no names; remove `rename`");
        }
        match &variant.discriminant {
            Some((_, number)) if is_literal(number) => integers.push((name.clone(), number.clone())),
            Some((_, other)) => errors.add(other, "the number that is stored stands in the data; write it out"),
            None => errors.add(
                name,
                format!("`{name}` has no number, and that of its position would change with it; write `{name} = 1`"),
            ),
        }
    }
    integers
}

/// `#[column(rename = "..")]` on a variant.
fn renamed(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let mut text = None;
    for attribute in called(word::COLUMN, &variant.attrs) {
        each(attribute, errors, |word, input| match word.to_string().as_str() {
            word::RENAME => once(&mut text, word, sql_name(word, input)),
            _ => Err(unknown(word, "`#[column(..)]` on a variant", &[word::RENAME])),
        });
    }
    text
}

/// `1` or `-1`
fn is_literal(number: &Expr) -> bool {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => LitInt::suffix(number).is_empty(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => matches!(**expr, Expr::Lit(_)) && is_literal(expr),
        _ => false,
    }
}

/// What the implementations share.
struct ColumnType<'a> {
    ident: &'a Ident,
    krate: &'a Path,
}

impl ColumnType<'_> {
    fn newtype(&self, inner: &Type) -> TokenStream {
        let ColumnType { ident, krate } = self;
        let implementation = self.implementation(
            (&quote!(__orm::inner_type::<Self, _>()), &quote!(__orm::inner_reads::<Self, _>())),
            &quote!(::core::result::Result::map(__orm::decode_inner::<Self, _>(value), #ident)),
            &quote!(__orm::encode_inner::<Self, _>(&self.0)),
        );
        // The one place that asks whether the type can be held: its error stands at the type.
        let spanned = quote_spanned!(inner.span()=> #inner);
        quote! {
            const _: () = {
                use #krate::__private as __orm;
                impl __orm::Newtype<#inner> for #ident {
                    type Inner = #spanned;
                }
                #implementation
                impl #krate::Element for #ident {}
                impl #krate::KeyType for #ident where for<'__inner> #inner: #krate::KeyType {}
                impl __orm::TextType for #ident where for<'__inner> #inner: __orm::TextType {}
            };
        }
    }

    fn text(&self, variants: &[(Ident, String)]) -> TokenStream {
        let krate = self.krate;
        let (names, texts): (Vec<_>, Vec<_>) = variants.iter().map(|(name, text)| (name, text)).unzip();
        self.variants(
            &quote!(#krate::SqlType::Text),
            &names,
            &texts.iter().map(|text| quote!(#krate::ValueRef::Text(#text))).collect::<Vec<_>>(),
            &texts.iter().map(|text| quote!(__orm::text(#text))).collect::<Vec<_>>(),
        )
    }

    fn integer(&self, variants: &[(Ident, Expr)]) -> TokenStream {
        let krate = self.krate;
        let (names, numbers): (Vec<_>, Vec<_>) = variants.iter().map(|(name, number)| (name, number)).unzip();
        self.variants(
            &quote!(#krate::SqlType::Int64),
            &names,
            &numbers.iter().map(|number| quote!(#krate::ValueRef::Int(#number))).collect::<Vec<_>>(),
            &numbers.iter().map(|number| quote!(#krate::Value::Int(#number))).collect::<Vec<_>>(),
        )
    }

    fn variants(
        &self,
        sql_type: &TokenStream,
        names: &[&Ident],
        patterns: &[TokenStream],
        values: &[TokenStream],
    ) -> TokenStream {
        let ColumnType { ident, krate } = self;
        let text = ident.unraw().to_string();
        let implementation = self.implementation(
            (sql_type, &quote!(#krate::Reads::Own)),
            &quote! {
                match value {
                    #(#patterns => ::core::result::Result::Ok(#ident::#names),)*
                    other => ::core::result::Result::Err(__orm::no_variant(#text, #sql_type, other)),
                }
            },
            &quote! {
                ::core::result::Result::Ok(match self {
                    #(#ident::#names => #values,)*
                })
            },
        );
        quote! {
            const _: () = {
                use #krate::__private as __orm;
                #implementation
                impl #krate::Element for #ident {}
                impl #krate::KeyType for #ident {}
            };
        }
    }

    /// A column type to the rest of the program, which does not compile.
    fn fallback(&self) -> TokenStream {
        let krate = self.krate;
        let implementation = self.implementation(
            (&quote!(#krate::SqlType::Text), &quote!(#krate::Reads::Unsure)),
            &quote!(loop {}),
            &quote!(loop {}),
        );
        let ident = self.ident;
        quote!(#implementation impl #krate::Element for #ident {} impl #krate::KeyType for #ident {})
    }

    fn implementation(
        &self,
        (sql_type, reads): (&TokenStream, &TokenStream),
        decode: &TokenStream,
        encode: &TokenStream,
    ) -> TokenStream {
        let ColumnType { ident, krate } = self;
        let value = Ident::new("value", Span::call_site());
        quote! {
            #[automatically_derived]
            impl #krate::ColumnType for #ident {
                const SQL_TYPE: #krate::SqlType = #sql_type;
                type Presence = #krate::Required;
                const READS: #krate::Reads = #reads;
                fn decode(#value: #krate::ValueRef<'_>) -> ::core::result::Result<Self, #krate::Mismatch> {
                    #decode
                }
                fn encode(&self) -> ::core::result::Result<#krate::Value<'_>, #krate::Mismatch> {
                    #encode
                }
            }
        }
    }
}
