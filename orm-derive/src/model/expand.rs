//! Generates the code of a valid model. Nothing here reads an attribute.
//!
//! rustc must report an error in a user's type once, and at the type. Therefore the expansion contains each such check
//! in one place, and all other code uses the trait that carries the result.

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

/// Returns everything that the derive adds to a struct.
pub(crate) fn model(model: &Model) -> TokenStream {
    let implementation = model_impl::expand(model);
    let checks = serialized::checks(model);
    with_implementation(model, &quote!(#implementation #checks))
}

/// Returns everything around an implementation of `Model`.
///
/// Items with names are beside the struct. Implementations are in a constant without a name, where short names for what
/// they use cannot collide with the user's names. The constant allows unused code for all of them, since a program need
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
        #[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
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
