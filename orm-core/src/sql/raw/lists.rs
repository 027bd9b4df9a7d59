//! Lists in raw SQL.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::sql::Dialect;
use crate::sql::tokens::{Token, parts};
use crate::types::Param;

/// The SQL of a statement with lists, for the database: `IN $1` becomes `= ANY($1)` on PostgreSQL, and `IN (SELECT
/// "value" FROM rarray($1))` on SQLite.
///
/// # Errors
///
/// Returns an error that [`is_invalid`](Error::is_invalid) for a list that is not directly after `IN`.
pub(super) fn with_lists<'t>(text: &'t str, params: &[Param<'_>], dialect: &dyn Dialect) -> Result<Cow<'t, str>> {
    if !params.iter().any(is_list) {
        return Ok(Cow::Borrowed(text));
    }
    let mut found = vec![false; params.len()];
    let mut writing = Writing { text: String::with_capacity(text.len() + 64), last: None, before: None };
    for (part, token) in parts(text, dialect.quotes()) {
        match token.and_then(number).filter(|&number| params.get(number - 1).is_some_and(is_list)) {
            Some(number) => {
                writing.list(part, dialect)?;
                found[number - 1] = true;
            }
            None => writing.part(part, token),
        }
    }
    match params.iter().zip(&found).position(|(param, found)| is_list(param) && !found) {
        Some(missing) => Err(stands_elsewhere(missing + 1)),
        None => Ok(Cow::Owned(writing.text)),
    }
}

fn is_list(param: &Param<'_>) -> bool {
    matches!(param, Param::List(_))
}

/// The number of a parameter such as `$1`.
fn number(token: Token<'_>) -> Option<usize> {
    let Token::Parameter(parameter) = token else { return None };
    parameter.strip_prefix('$')?.parse().ok().filter(|&number| number > 0)
}

fn stands_elsewhere(number: usize) -> Error {
    Error::invalid(format!(
        "a list is bound to `${number}`, which is not directly after `IN`; write `… IN ${number}` or `… NOT IN \
         ${number}`, without parentheses"
    ))
}

/// The SQL that was written so far, and the positions of its last two tokens.
struct Writing<'t> {
    text: String,
    last: Option<(Token<'t>, usize)>,
    before: Option<(Token<'t>, usize)>,
}

impl<'t> Writing<'t> {
    fn part(&mut self, part: &str, token: Option<Token<'t>>) {
        if let Some(token) = token {
            self.before = self.last.replace((token, self.text.len()));
        }
        self.text.push_str(part);
    }

    /// Writes the condition that the value before it is in a list, in place of `IN` or `NOT IN`.
    fn list(&mut self, parameter: &str, dialect: &dyn Dialect) -> Result<()> {
        let at = |token: Option<(Token<'_>, usize)>, word: &str| {
            token
                .filter(|(token, _)| matches!(token, Token::Word(own) if own.eq_ignore_ascii_case(word)))
                .map(|(_, at)| at)
        };
        let not = at(self.before, "NOT");
        let Some(within) = at(self.last, "IN") else {
            return Err(stands_elsewhere(parameter.trim_start_matches('$').parse().unwrap_or_default()));
        };
        self.text.truncate(not.unwrap_or(within));
        self.text.push_str(&dialect.in_parameter(parameter, not.is_some()));
        (self.last, self.before) = (None, None);
        Ok(())
    }
}
