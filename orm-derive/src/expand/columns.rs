//! `HasColumn` for each field, by which other models refer to it, and the functions that give typed columns.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::model::{Column, Model};

/// The columns of a model, to other models and to people.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let has_column = has_column(model);
    let accessors = accessors(model);
    quote!(#has_column #accessors)
}

/// What reads and writes fields by their names' hashes. These functions ask `HasColumn` for a field's type, not the user:
/// so a type that is none of a column is an error of that implementation alone.
pub(crate) fn helpers(model: &Model) -> TokenStream {
    let krate = &model.krate;
    quote! {
        const fn column<M: __orm::HasColumn<N>, const N: u64>(
            field: &'static str,
            name: &'static str,
            rust_type: &'static str,
        ) -> __orm::ColumnDef {
            __orm::column::<M::Type>(field, name, rust_type)
        }
        fn decode<M: __orm::HasColumn<N>, const N: u64>(row: __orm::Row<'_>, at: usize) -> #krate::Result<M::Type> {
            __orm::decode_column::<M, M::Type>(row, at, M::INDEX)
        }
        fn encode<M: __orm::HasColumn<N>, const N: u64>(value: &M::Type) -> #krate::Result<__orm::Value<'_>> {
            __orm::encode_column::<M, M::Type>(value, M::INDEX)
        }
    }
}

/// ```text
/// impl HasColumn<0x…> for Student { type Type = String; const INDEX: usize = 1; }
/// ```
pub(crate) fn has_column(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let columns = model.columns.iter().enumerate().map(|(at, column)| {
        let (ty, hash, at) = (&column.ty, hash(column), Literal::usize_unsuffixed(at));
        // The one place that asks whether the type is one of a column: its error stands at the type.
        let ty = quote_spanned!(ty.span()=> #ty);
        quote! {
            impl __orm::HasColumn<#hash> for #ident {
                type Type = #ty;
                const INDEX: usize = #at;
            }
        }
    });
    quote!(#(#columns)*)
}

/// ```text
/// pub const fn first_name() -> Column<Student, String> { … }
/// ```
pub(crate) fn accessors(model: &Model) -> TokenStream {
    let (krate, ident, vis) = (&model.krate, &model.ident, &model.vis);
    let functions = model.columns.iter().enumerate().filter_map(|(at, column)| {
        let (accessor, ty) = (column.accessor.as_ref()?, &column.ty);
        let at = Literal::usize_unsuffixed(at);
        let doc = doc(model, column);
        Some(quote! {
            #[doc = #doc]
            #[must_use]
            #vis const fn #accessor() -> #krate::Column<#ident, #ty> {
                #krate::Column::at(#at)
            }
        })
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, clippy::self_named_constructors)]
        impl #ident {
            #(#functions)*
        }
    }
}

/// The hash of a field's name, as a const argument.
pub(crate) fn hash(column: &Column) -> Literal {
    Literal::u64_unsuffixed(column.hash())
}

/// ``Column `first_name`: `"first_name"` of `"students"`.``
pub(crate) fn doc(model: &Model, column: &Column) -> String {
    let (name, sql, table) = (column.name(), &column.sql, &model.table);
    format!(" Column `{name}`: `\"{sql}\"` of `\"{table}\"`.")
}
