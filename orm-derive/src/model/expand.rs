//! A valid model becomes code. Nothing here reads an attribute.
//!
//! What rustc finds wrong with a type of the user's it must find once, and at the type: each such check stands in one
//! place of the expansion, and everything else goes through the trait that carries its result.

pub(crate) mod columns;
pub(crate) mod loaded;
pub(crate) mod model_impl;
pub(crate) mod new;
pub(crate) mod relations;
pub(crate) mod serialized;
pub(crate) mod tokens;
pub(crate) mod version;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::definition::Model;
use loaded::Loaded;

/// Everything that the derive adds to a struct.
pub(crate) fn model(model: &Model) -> TokenStream {
    let implementation = model_impl::expand(model);
    let checks = serialized::checks(model);
    with_implementation(model, &quote!(#implementation #checks))
}

/// Everything, around an implementation of `Model`.
///
/// Items with names stand beside the struct. Implementations stand in a constant without a name, where short names can
/// be given to what they use without taking them from the user. What is allowed there is allowed to all of them: a program need
/// not use each function.
pub(crate) fn with_implementation(model: &Model, implementation: &TokenStream) -> TokenStream {
    let krate = &model.krate;
    let loaded = Loaded::new(model);
    let new = new::definition(model);
    let loaded_items = loaded.items();

    let columns = columns::expand(model);
    let relations = relations::accessors(model);
    let version = version::expand(model);
    let new_implementations = new::implementations(model);
    let loaded_implementations = loaded.implementations();
    quote! {
        #new
        #loaded_items
        #[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
        #[allow(clippy::must_use_candidate, clippy::self_named_constructors)]
        const _: () = {
            use #krate::__private::{self as __orm, Unable as _};
            #implementation
            #columns
            #relations
            #version
            #new_implementations
            #loaded_implementations
        };
    }
}
