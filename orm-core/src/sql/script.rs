//! The statements of a script: where each begins and ends, for `psql` and SQLite's shell.

mod ends;

use super::tokens::{Quotes, Token, block_comment, parts};
use ends::Ends;

/// A statement of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statement<'t> {
    /// Its text, from its first word on, with the semicolon.
    pub(crate) text: &'t str,
    /// The line of the script on which it begins, counted from 1.
    pub(crate) line: usize,
}

/// The statements of a script in their order.
///
/// # Errors
///
/// Returns the line of a comment that is not closed, which hides what follows it.
pub(crate) fn statements(script: &str, quotes: Quotes) -> Result<Vec<Statement<'_>>, usize> {
    let mut found = Vec::new();
    let mut line = 1;
    for part in split(script, quotes) {
        let mut first = None;
        let mut before = 0;
        for (text, token) in parts(part, quotes) {
            if text.starts_with("/*") && token.is_none() && block_comment(text, quotes).is_none() {
                return Err(line + lines(&part[..before]));
            }
            if token.is_some_and(|token| token != Token::Symbol(";")) {
                first.get_or_insert(before);
            }
            before += text.len();
        }
        if let Some(first) = first {
            found.push(Statement { text: part[first..].trim_end(), line: line + lines(&part[..first]) });
        }
        line += lines(part);
    }
    Ok(found)
}

/// The parts of a script, each up to a semicolon that ends a statement. Together they are the script.
fn split(script: &str, quotes: Quotes) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut begin, mut at) = (0, 0);
    let mut ends = Ends::new(quotes);
    for (text, token) in parts(script, quotes) {
        at += text.len();
        if token.is_some_and(|token| ends.at(token)) {
            found.push(&script[begin..at]);
            begin = at;
        }
    }
    if begin < script.len() {
        found.push(&script[begin..]);
    }
    found
}

fn lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
