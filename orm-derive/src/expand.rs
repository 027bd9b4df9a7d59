//! A valid model becomes code. Nothing here reads an attribute.
//!
//! What rustc finds wrong with a type of the user's it must find once, and at the type: each such check stands in one
//! place of the expansion, and everything else goes through the trait that carries its result.

pub(crate) mod columns;
pub(crate) mod loaded;
pub(crate) mod model_impl;
pub(crate) mod new;
pub(crate) mod relations;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// Everything that the derive adds to a struct.
pub(crate) fn model(model: &Model) -> TokenStream {
    let implementation = model_impl::expand(model);
    let columns = columns::expand(model);
    let relations = relations::accessors(model);
    let new = new::expand(model);
    let loaded = loaded::expand(model);
    quote! {
        #implementation
        #columns
        #relations
        #new
        #loaded
    }
}

impl Model {
    /// Where generated code finds what it uses: it reaches the runtime by no other path.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }
}
