//! The items that a struct with mistakes still adds: everything with a name, so that one mistake causes one message.
//! They never run, since the program does not compile.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

use crate::diagnostic::Errors;
use crate::model::definition::{Items, Model};
use crate::model::expand::{self, loaded, model_impl};
use crate::symbol;

/// Returns the errors, and placeholders for the items of the model.
pub(crate) fn model(mut model: Model, errors: Errors) -> TokenStream {
    drop_clashes(&mut model);
    let errors = errors.into_compile_errors();
    if !model.generics.params.is_empty() {
        let code = generic(&model);
        return quote!(#errors #code);
    }
    let code = expand::with_implementation(&model, &implementation(&model));
    quote!(#errors #code)
}

/// Returns only the model for a struct with parameters, because the items around it cannot have them.
fn generic(model: &Model) -> TokenStream {
    if model.generics.lifetimes().next().is_some() {
        // A model owns its values, and cannot be one for a lifetime.
        return TokenStream::new();
    }
    let krate = &model.krate;
    let implementation = implementation(model);
    quote! {
        const _: () = {
            use #krate::__private as __orm;
            #implementation
        };
    }
}

/// Removes the names that rustc would report as duplicates, because the errors contain a message about them.
fn drop_clashes(model: &mut Model) {
    if model.items.second(&model.ident).is_some() {
        model.items = Items::of(&model.ident);
    }
    let mut seen: HashSet<String> = symbol::RESERVED.iter().map(|&name| name.to_owned()).collect();
    model.relations.retain(|relation| seen.insert(relation.text()));
    let mut seen: HashSet<String> = model.relations.iter().map(crate::model::definition::Relation::text).collect();
    if let (false, Some(update)) = (model.versions.is_empty(), &model.items.update) {
        let update = update.unraw().to_string();
        model.relations.retain(|relation| relation.text() != update);
        seen.insert(update);
    }
    for column in &mut model.columns {
        column.accessor = column.accessor.take().filter(|accessor| seen.insert(accessor.unraw().to_string()));
    }
}

/// Returns `impl Mapped` with a table without columns, and `impl Model`.
fn implementation(model: &Model) -> TokenStream {
    let (krate, ident) = (&model.krate, &model.ident);
    let (name, names) = (model.name(), model_impl::name(model));
    let key = if model.columns_of(&model.primary_key).is_empty() { quote!(i64) } else { model_impl::key_type(model) };
    let unloaded = loaded::unloaded(model);
    let (impl_generics, type_generics, _) = model.generics.split_for_impl();
    let parameters: Vec<_> = model.generics.type_params().map(|parameter| &parameter.ident).collect();
    quote! {
        #[automatically_derived]
        impl #impl_generics __orm::Mapped for #ident #type_generics
        where
            #(#parameters: 'static,)*
        {
            type Key = #key;
            type Itself = Self;
            type Columns = ();
            type Unloaded = #unloaded;
            const TABLE_NAME: __orm::TableName = #names;
            const TABLE: &'static __orm::Table = &__orm::Table::of::<Self>(#name, &[]);
            const PRIMARY_KEY: &'static [usize] = &[];
            fn decode(_: __orm::Row<'_>, _: usize) -> #krate::Result<Self> {
                loop {}
            }
            fn encode(&self, _: usize) -> #krate::Result<__orm::Value<'_>> {
                loop {}
            }
        }

        impl #impl_generics __orm::Model for #ident #type_generics where #(#parameters: 'static,)* {}
    }
}
