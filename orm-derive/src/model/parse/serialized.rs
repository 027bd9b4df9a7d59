//! `#[serde(..)]`: the names that serde writes for the entries of a row. serde reports the mistakes in its own
//! attributes. This parser ignores what it cannot read.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Field, LitStr, Result, Token, parenthesized};

use crate::attributes::called;
use crate::model::definition::Serialized;
use crate::names::SerdeCase;
use crate::symbol as word;

/// Returns the names in a row of a struct with these attributes and fields.
pub(crate) fn of(attributes: &[Attribute], fields: &[&Field]) -> Serialized {
    let mut case = SerdeCase::default();
    let mut tag = None;
    let mut is_another_type = false;
    each_word(attributes, |word, input| {
        match word {
            word::RENAME_ALL => {
                let name = when_serializing(input)?;
                case = name.and_then(|name| SerdeCase::named(&name)).unwrap_or_default();
            }
            word::TAG => tag = when_serializing(input)?,
            word::INTO | word::TRANSPARENT | word::REMOTE => is_another_type = true,
            _ => {}
        }
        Ok(())
    });
    if is_another_type {
        return Serialized { case, entries: Vec::new() };
    }
    let tag = tag.map(|tag| (tag, "serde's tag".to_owned()));
    let fields = fields.iter().filter_map(|field| entry(field, case));
    Serialized { case, entries: tag.into_iter().chain(fields).collect() }
}

/// Returns serde's name for a field, and a description of the field. Returns `None` for a field that serde skips or
/// flattens.
fn entry(field: &Field, case: SerdeCase) -> Option<(String, String)> {
    let name = field.ident.as_ref()?.unraw().to_string();
    let mut renamed = None;
    let mut is_entry = true;
    each_word(&field.attrs, |word, input| {
        match word {
            word::RENAME => renamed = when_serializing(input)?,
            word::SKIP | word::SKIP_SERIALIZING | word::FLATTEN => is_entry = false,
            _ => {}
        }
        Ok(())
    });
    is_entry.then(|| (renamed.unwrap_or_else(|| case.apply(&name)), format!("the field `{name}`")))
}

/// Calls `read` for each keyword of `#[serde(..)]`. `read` takes as much of what follows as it understands.
fn each_word(attributes: &[Attribute], mut read: impl FnMut(&str, ParseStream) -> Result<()>) {
    for attribute in called(word::SERDE, attributes) {
        let _ = attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
            read(&word, meta.input)?;
            while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
                meta.input.parse::<TokenTree>()?;
            }
            Ok(())
        });
    }
}

/// Reads `= "name"`, or `(serialize = "name", deserialize = "other")`.
fn when_serializing(input: ParseStream) -> Result<Option<String>> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        return input.parse::<LitStr>().map(|name| Some(name.value()));
    }
    let names;
    parenthesized!(names in input);
    let mut found = None;
    while !names.is_empty() {
        let word = names.call(Ident::parse_any)?;
        names.parse::<Token![=]>()?;
        let name: LitStr = names.parse()?;
        if word == word::SERIALIZE {
            found = Some(name.value());
        }
        names.parse::<Option<Token![,]>>()?;
    }
    Ok(found)
}
