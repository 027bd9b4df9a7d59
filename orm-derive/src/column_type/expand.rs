//! Generates the code of a column type. Nothing here reads an attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

use super::definition::{ColumnType, Stored};
use crate::names::type_text;

/// Returns the implementation. For a type with mistakes, it is one that never runs.
pub(crate) fn column_type(column_type: &ColumnType) -> TokenStream {
    match &column_type.stored {
        Some(Stored::Inner(inner)) => column_type.newtype(inner),
        Some(Stored::Text(variants)) => column_type.text(variants),
        Some(Stored::Integer(variants)) => column_type.integer(variants),
        None if column_type.generics.params.is_empty() => column_type.fallback(),
        None => TokenStream::new(),
    }
}

impl ColumnType {
    fn newtype(&self, inner: &Type) -> TokenStream {
        let ColumnType { ident, krate, .. } = self;
        let implementation = self.implementation(
            (&quote!(<#inner as #krate::ColumnType>::SQL_TYPE), &quote!(<#inner as #krate::ColumnType>::READS)),
            &quote!(::core::result::Result::map(<#inner as #krate::ColumnType>::decode(value), #ident)),
            &quote!(<#inner as #krate::ColumnType>::encode(&self.0)),
        );
        let check = self.check_inner(inner);
        quote! {
            const _: () = {
                use #krate::__private as __orm;
                #check
                #implementation
                impl #krate::Element for #ident {}
                impl #krate::KeyType for #ident where for<'__inner> #inner: #krate::KeyType {}
                impl __orm::TextType for #ident where for<'__inner> #inner: __orm::TextType {}
            };
        }
    }

    /// Checks that a newtype holds no `Option`. The error points at the type.
    fn check_inner(&self, inner: &Type) -> TokenStream {
        let ColumnType { ident, krate, .. } = self;
        let message = format!(
            "a newtype column cannot hold `{}`, which may be `NULL`; wrap the newtype in an `Option`, on the field: \
             `Option<{}>`",
            type_text(inner),
            ident.unraw()
        );
        let is_nullable = quote!(<<#inner as #krate::ColumnType>::Presence as __orm::Presence>::NULLABLE);
        let check = quote_spanned!(inner.span()=> ::core::assert!(!#is_nullable, "{}", #message));
        quote!(const _: () = #check;)
    }

    fn text(&self, variants: &[(Ident, String)]) -> TokenStream {
        let krate = &self.krate;
        let (names, texts): (Vec<_>, Vec<_>) = variants.iter().map(|(name, text)| (name, text)).unzip();
        self.variants(
            &quote!(#krate::SqlType::Text),
            &names,
            &texts.iter().map(|text| quote!(#krate::ValueRef::Text(#text))).collect::<Vec<_>>(),
            &texts.iter().map(|text| quote!(__orm::text(#text))).collect::<Vec<_>>(),
        )
    }

    fn integer(&self, variants: &[(Ident, Expr)]) -> TokenStream {
        let krate = &self.krate;
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
        let ColumnType { ident, krate, .. } = self;
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

    /// Returns a column type for the rest of the program, which does not compile.
    fn fallback(&self) -> TokenStream {
        let krate = &self.krate;
        let implementation = self.implementation(
            (&quote!(#krate::SqlType::Text), &quote!(#krate::Reads::Unsure)),
            &quote!(loop {}),
            &quote!(loop {}),
        );
        let ident = &self.ident;
        quote!(#implementation impl #krate::Element for #ident {} impl #krate::KeyType for #ident {})
    }

    fn implementation(
        &self,
        (sql_type, reads): (&TokenStream, &TokenStream),
        decode: &TokenStream,
        encode: &TokenStream,
    ) -> TokenStream {
        let ColumnType { ident, krate, .. } = self;
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
