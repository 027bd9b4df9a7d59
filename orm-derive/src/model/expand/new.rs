//! `NewStudent`: the struct that a user fills to insert a row.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::columns;
use super::model_impl::{encode_by, encode_field, encode_value};
use super::tokens::positions;
use crate::model::definition::{Column, Model};

/// Returns the code that inserts the struct.
pub(crate) fn implementations(model: &Model) -> Option<TokenStream> {
    let name = model.items.new.as_ref()?;
    let insertable = insertable(model, name);
    let insert = insert(model, name);
    Some(quote!(#insertable #insert))
}

/// Returns the struct with all columns except a key that the database assigns.
pub(crate) fn definition(model: &Model) -> Option<TokenStream> {
    let (vis, name) = (&model.vis, model.items.new.as_ref()?);
    let fields = given(model).into_iter().map(|at| {
        let column = &model.columns[at];
        let (doc, field, ty) = (columns::doc(model, column), &column.field, &column.ty);
        if column.has_default() {
            let doc = format!("{doc} `None` is {}.", left_out(column));
            return quote!(#[doc = #doc] #vis #field: ::core::option::Option<#ty>);
        }
        quote!(#[doc = #doc] #vis #field: #ty)
    });
    let doc = format!(
        " A `{}` to insert{}.",
        model.name(),
        if model.generated_key() { "; the database assigns its key" } else { "" }
    );
    let default = required(model).is_empty().then(|| quote!(#[derive(::core::default::Default)]));
    Some(quote! {
        #[doc = #doc]
        #default
        #[allow(dead_code, private_interfaces)]
        #vis struct #name {
            #(#fields),*
        }
    })
}

/// Returns `NewStudent { .. }.insert(&db)`, which needs no trait in scope.
fn insert(model: &Model, name: &Ident) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let doc = format!(
        " Inserts the row into `\"{}\"` and returns it as stored.\n\n # Errors\n\n Returns an error if a constraint \
         is violated; then nothing is inserted.",
        model.table
    );
    let constructor = constructor(model);
    quote! {
        impl #name {
            #constructor
            #[doc = #doc]
            #[track_caller]
            #vis fn insert<__Mode: __orm::Performs<Self, #ident>>(
                self,
                on: &impl __orm::Run<Mode = __Mode>,
            ) -> __Mode::Outcome<'_, #ident> {
                __orm::insert(on, self)
            }
        }
    }
}

/// Returns `NewStudent::new(first_name)`, which takes the required fields and leaves the others `None`, if the user
/// asked for it.
fn constructor(model: &Model) -> Option<TokenStream> {
    let (vis, name) = (&model.vis, model.items.constructor.as_ref()?);
    let required = required(model);
    let parameters = required.iter().map(|&at| {
        let Column { field, ty, .. } = &model.columns[at];
        quote!(#field: #ty)
    });
    let fields = given(model).into_iter().map(|at| {
        let field = &model.columns[at].field;
        if required.contains(&at) { quote!(#field) } else { quote!(#field: ::core::option::Option::None) }
    });
    let doc = format!(" A `{}` to insert with its required fields; all others are `None`.", model.name());
    Some(quote! {
        #[doc = #doc]
        #[allow(clippy::too_many_arguments)]
        #vis fn #name(#(#parameters),*) -> Self {
            Self { #(#fields),* }
        }
    })
}

/// Returns the code by which the runtime reads the struct.
fn insertable(model: &Model, name: &Ident) -> TokenStream {
    let krate = &model.krate;
    let ident = &model.ident;
    let columns = positions(inserted(model));
    let body = encode_by(model, inserted(model).into_iter().map(|at| (at, value(model, at))));
    let (leaves_out, is_now) = (leaves_out(model), is_now(model));
    quote! {
        #[automatically_derived]
        impl __orm::Insertable for #name {
            type Model = #ident;
            const COLUMNS: &'static [usize] = &#columns;
            fn encode(&self, column: usize) -> #krate::Result<__orm::Value<'_>> {
                #body
            }
            #leaves_out
            #is_now
        }
    }
}

/// Returns what a new row holds where a column is `None`.
fn left_out(column: &Column) -> &'static str {
    if column.moment.is_some() { "the timestamp of the insert" } else { "its default" }
}

/// Returns which columns a new row may leave to the database.
fn leaves_out(model: &Model) -> Option<TokenStream> {
    let columns = given(model).into_iter().filter(|&at| {
        let column = &model.columns[at];
        column.default.is_none() && column.moment.is_none() && column.db_default.is_some()
    });
    let is_none = is_none_of(model, columns)?;
    Some(quote! {
        const MAY_LEAVE_OUT: bool = true;
        fn leaves_out(&self, column: usize) -> bool {
            #is_none
        }
    })
}

/// Returns which columns of a new row may hold the timestamp of the insert.
fn is_now(model: &Model) -> Option<TokenStream> {
    let columns = given(model).into_iter().filter(|&at| model.columns[at].moment.is_some());
    let is_none = is_none_of(model, columns)?;
    Some(quote! {
        const MAY_BE_NOW: bool = true;
        fn is_now(&self, column: usize) -> bool {
            #is_none
        }
    })
}

/// Returns `match column { 1 => self.name.is_none(), … }` over some columns, or `None` if there are no columns.
fn is_none_of(model: &Model, columns: impl Iterator<Item = usize>) -> Option<TokenStream> {
    let arms = columns.map(|at| {
        let (field, at) = (&model.columns[at].field, Literal::usize_unsuffixed(at));
        quote!(#at => self.#field.is_none(),)
    });
    let arms: Vec<TokenStream> = arms.collect();
    (!arms.is_empty()).then(|| {
        quote! {
            match column {
                #(#arms)*
                _ => false,
            }
        }
    })
}

/// Returns the value of a column of a new row.
fn value(model: &Model, at: usize) -> TokenStream {
    let (ident, column) = (&model.ident, &model.columns[at]);
    let (field, hash) = (&column.field, columns::hash(column));
    if is_version(model, at) {
        return quote!(::core::result::Result::Ok(__orm::FIRST_VERSION));
    }
    if column.codec.is_some() && column.has_default() {
        let given = encode_value(&model.ident, column, &quote!(value));
        let position = Literal::usize_unsuffixed(at);
        let default = column.default.as_ref().map(|_| quote!(__orm::left_out::<#ident>(#position)));
        let left_out = default.unwrap_or_else(|| quote!(::core::result::Result::Ok(__orm::Value::Null)));
        return quote! {
            match &self.#field {
                ::core::option::Option::Some(value) => #given,
                ::core::option::Option::None => #left_out,
            }
        };
    }
    match &column.default {
        Some(_) => quote!(__orm::encode_or_default::<#ident, #hash, _>(self.#field.as_ref())),
        None if column.has_default() => quote!(__orm::encode_given::<#ident, #hash, _>(self.#field.as_ref())),
        None => encode_field(&model.ident, column),
    }
}

/// Returns the positions of the columns that a user gives.
fn given(model: &Model) -> Vec<usize> {
    inserted(model).into_iter().filter(|at| !is_version(model, *at)).collect()
}

/// Returns the positions of the columns that a user must give: those that are not an `Option` and have no default.
fn required(model: &Model) -> Vec<usize> {
    let is_required = |column: &Column| !column.has_default() && !column.is_option();
    given(model).into_iter().filter(|&at| is_required(&model.columns[at])).collect()
}

/// Returns the positions of the columns that are inserted: all except a key that the database assigns, and columns that
/// it computes.
fn inserted(model: &Model) -> Vec<usize> {
    let assigned = if model.generated_key() { model.positions(&model.primary_key) } else { Vec::new() };
    let is_inserted = |at: &usize| !assigned.contains(at) && model.columns[*at].generated.is_none();
    (0..model.columns.len()).filter(is_inserted).collect()
}

fn is_version(model: &Model, at: usize) -> bool {
    model.positions(&model.versions).contains(&at)
}
