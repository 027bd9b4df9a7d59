//! `unique(..)` and `index(..)` on a struct.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{LitStr, Result, Token, parenthesized, token};

use crate::attributes::{field_list, more_than_fields, once, sql_text};
use crate::diagnostic::error;
use crate::model::definition::PartialIndex;
use crate::symbol as word;

/// The indexes of one kind: those of all rows, and those of the rows that meet a condition.
#[derive(Default)]
pub(super) struct Indexes {
    pub(super) whole: Vec<Vec<Ident>>,
    pub(super) partial: Vec<PartialIndex>,
}

impl Indexes {
    /// Reads `(a, b)` or `(a, b, where = "condition")` after `unique` or `index`.
    pub(super) fn word(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        if !has_condition(input) {
            self.whole.push(field_list(word, input)?);
            return Ok(());
        }
        let list;
        parenthesized!(list in input);
        let read = partial_index(word, &list);
        // What follows a mistake is no second one.
        list.parse::<TokenStream>()?;
        self.partial.push(read?);
        Ok(())
    }
}

/// Reads `a, b, where = "condition"`.
fn partial_index(word: &Ident, list: ParseStream) -> Result<PartialIndex> {
    let (mut fields, mut condition) = (Vec::new(), None);
    while !list.is_empty() {
        term(list, &mut fields, &mut condition)?;
        if !list.is_empty() {
            list.parse::<Token![,]>()
                .map_err(|_| more_than_fields(list.fork().parse::<TokenStream>().unwrap_or_default()))?;
        }
    }
    match condition {
        Some(condition) if !fields.is_empty() => {
            Ok(PartialIndex { fields, is_unique: word == word::UNIQUE, condition })
        }
        _ => Err(error(word, format!("`{word}` lists no field; write `{word}(a, where = \"..\")`"))),
    }
}

/// Whether the list that follows has the word `where`.
fn has_condition(input: ParseStream) -> bool {
    let ahead = input.fork();
    let read = || -> Result<bool> {
        let list;
        parenthesized!(list in ahead);
        while !list.is_empty() {
            if list.peek(Token![where]) {
                return Ok(true);
            }
            list.parse::<TokenTree>()?;
        }
        Ok(false)
    };
    input.peek(token::Paren) && read().unwrap_or(false)
}

/// Reads a field, or the condition.
fn term(list: ParseStream, fields: &mut Vec<Ident>, condition: &mut Option<LitStr>) -> Result<()> {
    let name = list.call(Ident::parse_any)?;
    if name == word::WHERE {
        return once(condition, &name, sql_text(&name, list, "\"deleted_at IS NULL\""));
    }
    fields.push(name);
    Ok(())
}
