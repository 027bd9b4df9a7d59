//! Keywords of `#[model(..)]`.

use syn::Attribute;

/// Returns the text of a keyword, as in `column = "AlbumId"`.
pub(super) fn said(attributes: &[Attribute], word: &str) -> Option<String> {
    let attributes = attributes.iter().filter(|attribute| attribute.path().is_ident("model"));
    let mut tokens =
        attributes.filter_map(|attribute| attribute.meta.require_list().ok()).flat_map(|list| list.tokens.clone());
    while let Some(token) = tokens.next() {
        if token.to_string() == word && tokens.next().is_some_and(|token| token.to_string() == "=") {
            let literal: syn::LitStr = syn::parse2(tokens.next()?.into()).ok()?;
            return Some(literal.value());
        }
    }
    None
}
