//! `update` of a model with a version, which returns the row with its next version.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::definition::Model;

/// Returns a method that rustc finds before the trait's `update`, unless the user gives it another name. The trait's
/// method leaves the row in memory with its old version.
pub(crate) fn expand(model: &Model) -> Option<TokenStream> {
    let version = model.version()?;
    let update = model.items.update.as_ref()?;
    let (krate, ident, vis, field) = (&model.krate, &model.ident, &model.vis, version.name());
    let doc = format!(
        " Writes all columns of the row, unless the row was changed since it was read. Returns the row with the next \
         `{field}`."
    );
    Some(quote! {
        impl #ident {
            #[doc = #doc]
            /// In the returned row, fields that are not in the table have their default value.
            ///
            /// # Errors
            ///
            /// Returns the errors of `Model::update`. Returns an error with `is_stale()` if the row was changed since it was
            /// read.
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
