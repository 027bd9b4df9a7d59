//! Functions in raw SQL: aggregates, and those with another value in each statement.

use super::Dialect;
use super::tokens::{Place, Token, at_level, is_word, tokens};
use crate::ast::{Expr, SqlFragment};

/// The aggregate function that a fragment calls on the rows of its statement, if it calls one: then SQLite returns one
/// row for all rows.
///
/// An aggregate in a subquery of the text is computed from the rows of the subquery. If it uses only arguments of the
/// fragment, databases compute it from the rows of the statement around the subquery.
pub(super) fn called_aggregate(fragment: &SqlFragment, dialect: &dyn Dialect) -> Option<String> {
    let tokens: Vec<Token<'_>> = tokens(&fragment.text, dialect.quotes()).collect();
    let mut arguments = fragment.arguments.iter();
    let mut open = vec![Bracket::of(None, &tokens)];
    for (at, token) in tokens.iter().enumerate() {
        let (before, after) = (&tokens[..at], &tokens[at + 1..]);
        match token {
            Token::Symbol("(") => open.push(Bracket::of(function(before), after)),
            Token::Symbol(")") => {
                let closed = open.pop()?;
                let is_within = open.iter().any(|bracket| bracket.is_subquery);
                if closed.is_aggregate(after, dialect) && (!is_within || closed.reads_arguments_alone()) {
                    return closed.function.map(str::to_ascii_lowercase);
                }
            }
            Token::Symbol(",") => open.last_mut()?.arguments += 1,
            Token::Symbol("{") => {
                let reads_row = arguments.next().is_some_and(|argument| !matches!(argument, Expr::Value(_)));
                for bracket in &mut open {
                    bracket.reads_arguments |= reads_row;
                }
            }
            token if is_column(*token, before, after) => {
                for bracket in &mut open {
                    bracket.reads_names = true;
                }
            }
            _ => {}
        }
    }
    None
}

/// A function in a fragment that has another value in each statement, such as `random()`, if there is one.
pub(crate) fn called_unsteady(fragment: &SqlFragment, dialect: &dyn Dialect) -> Option<String> {
    let tokens: Vec<Token<'_>> = tokens(&fragment.text, dialect.quotes()).collect();
    let unsteady = |at: usize| {
        let name = tokens[at].text().to_ascii_lowercase();
        let is_called = matches!(tokens[at + 1..], [Token::Symbol("("), ..]);
        let is_empty = matches!(tokens[at + 1..], [Token::Symbol("("), Token::Symbol(")"), ..]);
        let is_argument = at.checked_sub(1).is_some_and(|before| matches!(tokens[before].text(), "(" | ","));
        let place = match tokens[at] {
            Token::Word(_) if is_empty => Place::CalledWithNothing,
            Token::Word(_) if is_called => Place::Called,
            Token::Word(_) => Place::Word,
            Token::Text(_) if is_argument => Place::Argument,
            _ => return None,
        };
        dialect.is_unsteady(&name, place).then_some(name)
    };
    (0..tokens.len()).find_map(unsteady)
}

/// The text between two parentheses, as far as it was read.
struct Bracket<'t> {
    /// The function whose arguments these are.
    function: Option<&'t str>,
    /// The number of its arguments so far.
    arguments: usize,
    /// Whether it is a subquery that reads a table.
    is_subquery: bool,
    /// Whether it contains an argument of the fragment that is computed from a row.
    reads_arguments: bool,
    /// Whether it contains a column that the text names.
    reads_names: bool,
}

impl<'t> Bracket<'t> {
    fn of(function: Option<&'t str>, content: &[Token<'_>]) -> Self {
        Bracket {
            function,
            arguments: usize::from(!matches!(content.first(), Some(Token::Symbol(")")))),
            is_subquery: is_subquery(content),
            reads_arguments: false,
            reads_names: false,
        }
    }

    fn is_aggregate(&self, after: &[Token<'_>], dialect: &dyn Dialect) -> bool {
        let Some(function) = self.function else { return false };
        let is_ordered_set = after.first().is_some_and(|token| is_word(*token, "within"));
        !is_windowed(after) && (is_ordered_set || dialect.is_aggregate(&function.to_ascii_lowercase(), self.arguments))
    }

    fn reads_arguments_alone(&self) -> bool {
        self.reads_arguments && !self.reads_names
    }
}

/// The called function, if there is one before a parenthesis. A function with a schema is not built in.
fn function<'t>(before: &[Token<'t>]) -> Option<&'t str> {
    match before {
        [.., Token::Symbol("."), Token::Word(_) | Token::Name(_)] => None,
        [.., Token::Word(name)] => Some(name),
        [.., Token::Name(name)] => Some(name.trim_matches(['"', '`', '[', ']'])),
        _ => None,
    }
}

/// Whether a parenthesis begins a query that reads a table: a query without tables leaves its aggregates to the query
/// around it.
fn is_subquery(content: &[Token<'_>]) -> bool {
    let begins = content.first().is_some_and(|token| is_word(*token, "select") || is_word(*token, "with"));
    begins && at_level(content).any(|token| is_word(token, "from"))
}

/// Whether `OVER` follows a call, possibly after `FILTER (..)`: then the function has a value for each row.
fn is_windowed(after: &[Token<'_>]) -> bool {
    let mut rest = at_level(after);
    let first = rest.next();
    let next = if first.is_some_and(|token| is_word(token, "filter")) { rest.nth(1) } else { first };
    next.is_some_and(|token| is_word(token, "over"))
}

/// Whether a token may name a column.
fn is_column(token: Token<'_>, before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let is_called = matches!(after.first(), Some(Token::Symbol("(")));
    let is_type = before.last().is_some_and(|token| is_word(*token, "as"));
    match token {
        Token::Name(_) => !is_called,
        Token::Word(word) => {
            let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
            !is_called && !is_type && !is_number && !KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
        }
        _ => false,
    }
}

/// Keywords in the arguments of functions, which are not columns.
const KEYWORDS: [&str; 24] = [
    "all", "and", "as", "asc", "between", "case", "collate", "desc", "distinct", "else", "end", "false", "filter",
    "in", "is", "like", "not", "null", "or", "order", "by", "then", "true", "when",
];
