//! Terms of an order in raw SQL: the value, its direction, and the position of `NULL`s.

use super::tokens::{Quotes, Token, at_level, is_word, tokens};
use crate::ast::{Nulls, SqlFragment};
use crate::error::{Error, Result};

/// The value of a term, whether it is descending, and the position of `NULL`s if the text has it: `lower({}) DESC NULLS
/// LAST`.
///
/// # Errors
///
/// Returns an error that [`is_invalid`](Error::is_invalid) for several terms, for a term without a value, and for a
/// direction that is not at the end.
pub(crate) fn split_order(text: &str) -> Result<(&str, bool, Option<Nulls>)> {
    let (rest, nulls) = split_nulls(text);
    let (value, descending) = match split_word(rest) {
        (before, word) if word.eq_ignore_ascii_case("desc") => (before, true),
        (before, word) if word.eq_ignore_ascii_case("asc") => (before, false),
        _ => (rest, false),
    };
    if value.is_empty() {
        return Err(refused(text, "names no value to order by"));
    }
    // A term that is valid only with one kind of quotes is refused, because the database may have the other.
    let wrong = [Quotes::Standard, Quotes::Lenient].map(|quotes| misplaced(value, quotes));
    match wrong {
        [Some(wrong), Some(_)] => Err(refused(text, wrong)),
        _ => Ok((value, descending, nulls)),
    }
}

/// Refuses to order by a bare number, which databases treat as the position of an output.
///
/// # Errors
///
/// Returns an error that [`is_invalid`](Error::is_invalid) for such a fragment.
pub(crate) fn check_ordering(fragment: &SqlFragment) -> Result<()> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_of_number = |token: &Token<'_>| match token {
        Token::Word(word) => word.starts_with(|letter: char| letter.is_ascii_digit()) && is_number(word),
        token => matches!(token.text(), "(" | ")" | "+" | "-"),
    };
    let mut value = tokens(&fragment.text, Quotes::Standard).take_while(|token| !is_word(*token, "collate"));
    if value.all(|token| is_of_number(&token)) {
        return Err(refused(&fragment.text, "is a number, which databases treat as a position; name a column"));
    }
    Ok(())
}

fn refused(text: &str, wrong: &str) -> Error {
    Error::invalid(format!("the SQL fragment `{text}` {wrong}"))
}

/// A term without `NULLS FIRST` or `NULLS LAST` at its end.
fn split_nulls(text: &str) -> (&str, Option<Nulls>) {
    let text = text.trim_end();
    let (rest, place) = split_word(text);
    let (before, word) = split_word(rest);
    match place.to_ascii_lowercase().as_str() {
        "first" if word.eq_ignore_ascii_case("nulls") => (before, Some(Nulls::First)),
        "last" if word.eq_ignore_ascii_case("nulls") => (before, Some(Nulls::Last)),
        _ => (text, None),
    }
}

/// The text before the last word, and the word. A closed quote does not end in a word.
fn split_word(text: &str) -> (&str, &str) {
    let is_of_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.');
    let (before, word) = text.split_at(text.trim_end_matches(is_of_word).len());
    (before.trim_end(), word)
}

/// What is wrong with the value of a term: something that belongs between terms, or at the end of one.
fn misplaced(value: &str, quotes: Quotes) -> Option<&'static str> {
    let tokens: Vec<Token<'_>> = tokens(value, quotes).collect();
    let level: Vec<Token<'_>> = at_level(&tokens).collect();
    // In a table's column with such a name the word follows a dot.
    let stands = |word| {
        let is_keyword = |at: usize| is_word(level[at], word) && (at == 0 || level[at - 1] != Token::Symbol("."));
        (0..level.len()).any(is_keyword)
    };
    if level.contains(&Token::Symbol(",")) {
        return Some("orders by several values; write an `sql_order` for each, in a tuple");
    }
    if ["asc", "desc", "nulls"].into_iter().any(stands) {
        return Some(
            "has a direction that does not end it; write the value, `ASC` or `DESC`, and then `NULLS FIRST` or `NULLS LAST`",
        );
    }
    stands("using").then_some("has `USING`; write `ASC` or `DESC`")
}
