//! `update` of a model with a version, which returns the row with its next one.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::definition::Model;

/// A method that, unless the user names it otherwise, is found before that of the trait, which leaves the row in memory with the version that it had.
pub(crate) fn expand(model: &Model) -> Option<TokenStream> {
    let version = model.version()?;
    let update = model.items.update.as_ref()?;
    let (krate, ident, vis, field) = (&model.krate, &model.ident, &model.vis, version.name());
    let doc = format!(
        " Writes all columns of the row, unless it was changed since this one was read; returns it with the next `{field}`."
    );
    Some(quote! {
        impl #ident {
            #[doc = #doc]
            /// Fields that are not in the table have their default in it.
            ///
            /// # Errors
            ///
            /// Those of `Model::update`; `is_stale()` when others changed the row.
            #[track_caller]
            #vis fn #update<'__e, __Mode: __orm::Performs<#krate::Result<__orm::Written<Self>>, Self>>(
                &self,
                on: &'__e impl __orm::Run<Mode = __Mode>,
            ) -> __Mode::Outcome<'__e, Self> {
                __orm::update_versioned(on, self)
            }
        }
    })
}
