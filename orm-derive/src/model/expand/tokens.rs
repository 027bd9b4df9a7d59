//! Tokens that several parts write: lists of positions, and types of keys.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Returns `A`, or `(A, B)`.
pub(crate) fn single_or_tuple(types: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    match &types.into_iter().collect::<Vec<_>>()[..] {
        [single] => single.clone(),
        several => quote!((#(#several),*)),
    }
}

/// Returns `[0, 1]`.
pub(crate) fn positions(columns: impl IntoIterator<Item = usize>) -> TokenStream {
    let columns = columns.into_iter().map(Literal::usize_unsuffixed);
    quote!([#(#columns),*])
}
