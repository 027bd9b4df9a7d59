//! `HasColumn` for each field, by which other models refer to it, and the functions that return typed columns.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use crate::model::definition::{Codec, Column, Model, Moment, Stored};
use crate::names;

/// Returns the columns of a model, for other models and for users.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let has_column = has_column(model);
    let accessors = accessors(model);
    let on_relations = on_relations(model);
    quote!(#has_column #accessors #on_relations)
}

/// Returns the implementations of `HasColumn`:
///
/// ```text
/// impl HasColumn<0x…, String> for Student { type Type = String; const COLUMN: Names = name(1, …); … }
/// ```
pub(crate) fn has_column(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let columns = model.columns.iter().enumerate().map(|(at, column)| {
        let (ty, hash, at) = (stored(column), hash(column), Literal::usize_unsuffixed(at));
        let (field, sql, text) = (column.name(), &column.sql, names::type_text(&column.ty));
        let is_renamed = field != *sql;
        let names = Ident::new(if is_renamed { "names" } else { "name" }, Span::call_site());
        let sql = is_renamed.then(|| quote!(#sql,));
        // This is the only place that checks whether the type is a column type: its error points at the type.
        let form = form(model, column);
        quote! {
            impl __orm::HasColumn<#hash, #ty> for #ident {
                type Type = #ty;
                const COLUMN: __orm::Names = __orm::#names(#at, #field, #sql #text);
                #form
            }
        }
    });
    quote!(#(#columns)*)
}

/// Returns `const FORM: Form = …;`, where the field or the struct names a form. An error about a form of another type
/// points at the keyword.
fn form(model: &Model, column: &Column) -> Option<TokenStream> {
    let on_struct = model.stored.iter().map(|stored| &stored.form);
    let (span, on_field) = match &column.stored {
        Some(Stored { name, form }) => (name.span(), quote!(::core::option::Option::Some(#form))),
        None if model.stored.is_empty() => return None,
        None => (column.field.span(), quote!(::core::option::Option::None)),
    };
    let (ty, hash) = (stored(column), hash(column));
    let sql_type = quote!(<<Self as __orm::HasColumn<#hash, #ty>>::Type as __orm::ColumnType>::SQL_TYPE);
    let form = quote_spanned!(span=> __orm::Form::of(#sql_type, #on_field, &[#(#on_struct),*]));
    Some(quote!(const FORM: __orm::Form = #form;))
}

/// Returns the accessors:
///
/// ```text
/// pub const fn first_name() -> Column<Student, String> { … }
/// ```
pub(crate) fn accessors(model: &Model) -> TokenStream {
    let (krate, ident, vis) = (&model.krate, &model.ident, &model.vis);
    let functions = model.columns.iter().enumerate().filter_map(|(at, column)| {
        let (accessor, ty) = (column.accessor.as_ref()?, stored(column));
        let at = Literal::usize_unsuffixed(at);
        let doc = doc(model, column);
        Some(quote! {
            #[doc = #doc]
            #vis const fn #accessor() -> #krate::Column<#ident, #ty> {
                #krate::Column::at(#at)
            }
        })
    });
    quote! {
        impl #ident {
            #(#functions)*
        }
    }
}

/// Returns the functions that rustc finds where a relation to the model is asked for a column, as in
/// `Post::author().name()`. Nothing can call them, and the message of their bound explains where to write a condition
/// on the column. Each relation dereferences to their type, which has no value, so that their bodies cost the compiler
/// little.
///
/// The column belongs to whichever model the caller needs, so that rustc reports no second error about its use.
fn on_relations(model: &Model) -> TokenStream {
    let (krate, ident) = (&model.krate, &model.ident);
    let functions = model.columns.iter().filter_map(|column| {
        let (accessor, ty) = (column.accessor.as_ref()?, stored(column));
        Some(quote! {
            pub fn #accessor<M: __orm::ColumnsOf<#ident>>(&self) -> #krate::Column<M, #ty> {
                match *self {}
            }
        })
    });
    quote! {
        pub enum __Columns {}
        impl __Columns {
            #(#functions)*
        }
    }
}

/// Returns the type of the column: the field's type, or `Coded<Codec, Type>`.
fn stored(column: &Column) -> StoredType<'_> {
    let ty = &column.ty;
    let coded = |codec| StoredType::Coded(quote_spanned!(column.stored_at()=> __orm::Coded<#codec, #ty>));
    codec(column).map_or(StoredType::Own(ty), coded)
}

/// The type of a column. If it is the field's type, its tokens are written one by one, because the compiler takes each
/// nested stream of tokens by a call.
enum StoredType<'m> {
    Own(&'m Type),
    Coded(TokenStream),
}

impl ToTokens for StoredType<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            StoredType::Own(ty) => ty.to_tokens(tokens),
            StoredType::Coded(ty) => ty.to_tokens(tokens),
        }
    }
}

/// Returns the type that stores the column, if its own type does not: `AsJson`, or `OrNull<AsJson>` for an `Option`.
pub(crate) fn codec(column: &Column) -> Option<TokenStream> {
    let codec = match column.codec.as_ref()? {
        Codec::Json(word) => quote_spanned!(word.span()=> __orm::AsJson),
        Codec::With(codec) => quote!(#codec),
    };
    Some(if column.is_option() { quote_spanned!(column.stored_at()=> __orm::OrNull<#codec>) } else { codec })
}

/// Returns the hash of a field's name, as a const argument.
pub(crate) fn hash(column: &Column) -> Literal {
    Literal::u64_unsuffixed(column.hash())
}

/// Returns the documentation: ``Column `first_name`: `"first_name"` of `"students"`.``
pub(crate) fn doc(model: &Model, column: &Column) -> String {
    let (name, sql, table) = (column.name(), &column.sql, &model.table);
    let moment = match &column.moment {
        Some(Moment::Created(_)) => " It holds the timestamp of the insert.",
        Some(Moment::Updated(_)) => " It holds the timestamp of the last write.",
        None => "",
    };
    let precision =
        if column.holds_time() { " Databases store microseconds and truncate finer fractions." } else { "" };
    format!(" Column `{name}`: `\"{sql}\"` of `\"{table}\"`.{moment}{precision}")
}
