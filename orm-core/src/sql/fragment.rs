//! Fragments of raw SQL: their pieces, and how they become a part of a statement.

use super::called::called_aggregate;
use super::tokens::{Quotes, Token, parts};
use super::{Held, Writer};
use crate::ast::{Aggregate, Expr, SqlFragment};
use crate::error::{Error, Result};
use crate::types::Param;
use crate::value::Mismatch;

/// Refuses a fragment that no database accepts as a part of a statement with these arguments.
///
/// # Errors
///
/// Returns an error that [`is_invalid`](Error::is_invalid), with the text and what is wrong with it.
pub(crate) fn check(fragment: &SqlFragment) -> Result<()> {
    match pieces(fragment, Quotes::Standard) {
        Err(refused) if pieces(fragment, Quotes::Lenient).is_err() => Err(Error::invalid(refused)),
        _ => Ok(()),
    }
}

/// A piece of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// SQL, unchanged.
    Sql(&'t str),
    /// `{}`, the placeholder of the next argument.
    Argument,
}

impl Piece<'_> {
    /// Whether this and the next piece would become one token, such as a name and `t0`, or `$1` and a digit.
    fn runs_into(self, next: Piece<'_>) -> bool {
        match (self, next) {
            (Piece::Argument, Piece::Sql(text)) | (Piece::Sql(text), Piece::Argument) => is_word(text),
            (Piece::Argument, Piece::Argument) => true,
            (Piece::Sql(_), Piece::Sql(_)) => false,
        }
    }
}

/// The pieces of a fragment, for a database with these quotes, or why it cannot be a part of a statement.
fn pieces(fragment: &SqlFragment, quotes: Quotes) -> Result<Vec<Piece<'_>>, String> {
    let text = &*fragment.text;
    let read = split(text, quotes).and_then(|pieces| check_number(pieces, fragment.arguments.len()));
    read.map_err(|wrong| format!("the SQL fragment `{text}` {wrong}"))
}

fn check_number(pieces: Vec<Piece<'_>>, given: usize) -> Result<Vec<Piece<'_>>, String> {
    let wanted = pieces.iter().filter(|piece| **piece == Piece::Argument).count();
    if wanted == given {
        return Ok(pieces);
    }
    Err(format!("has {wanted} `{{}}` outside of quotes, and {given} columns and values are passed; pass one for each"))
}

fn split(text: &str, quotes: Quotes) -> Result<Vec<Piece<'_>>, String> {
    if text.contains('\0') {
        return Err("holds a NUL character, where the database would cut it off".to_owned());
    }
    let mut reading = Reading { quotes, open: Vec::new(), pieces: Vec::new() };
    let mut parts = parts(text, quotes).peekable();
    while let Some((part, token)) = parts.next() {
        let next = parts.peek().map(|(next, _)| *next);
        match (part, next) {
            ("{", Some("}")) => {
                reading.pieces.push(Piece::Argument);
                parts.next();
            }
            // The operator of PostgreSQL, written twice because a single one is a parameter in many libraries.
            ("?", Some("?")) if quotes == Quotes::Standard => {
                reading.pieces.push(Piece::Sql("?"));
                parts.next();
            }
            _ => reading.take(part, token, next)?,
        }
    }
    reading.close()
}

struct Reading<'t> {
    quotes: Quotes,
    /// The parentheses that are open.
    open: Vec<&'t str>,
    pieces: Vec<Piece<'t>>,
}

impl<'t> Reading<'t> {
    fn take(&mut self, part: &'t str, token: Option<Token<'t>>, next: Option<&str>) -> Result<(), String> {
        match token {
            None if part.starts_with(['-', '/']) => return Err("has a comment; leave it out".to_owned()),
            Some(Token::Text(_) | Token::Name(_)) if !is_closed(part, self.quotes) => {
                return Err(format!("has a quote {part} that is not closed"));
            }
            Some(Token::Word(name) | Token::Name(name)) if is_alias(name) => {
                return Err(format!("names `{name}`, as a table of the statement may be called; use another alias"));
            }
            Some(Token::Parameter("?")) if self.quotes == Quotes::Standard => {
                return Err(
                    "has a parameter `?`; write `{}` and give the value, or `??` for the operator of PostgreSQL"
                        .to_owned(),
                );
            }
            Some(Token::Parameter(parameter)) => return Err(has_parameter(parameter)),
            Some(Token::Symbol(symbol)) => self.symbol(symbol, next)?,
            _ => {}
        }
        self.pieces.push(Piece::Sql(part));
        Ok(())
    }

    fn symbol(&mut self, symbol: &'t str, next: Option<&str>) -> Result<(), String> {
        match symbol {
            "(" | "[" => self.open.push(symbol),
            ")" | "]" => {
                let opened = self.open.pop();
                if opened != Some(if symbol == ")" { "(" } else { "[" }) {
                    return Err(format!("has an unmatched `{symbol}`"));
                }
            }
            ";" => return Err("has a `;`; it is a part of one statement".to_owned()),
            "{" | "}" => {
                return Err(format!(
                    "has a `{symbol}` that is not part of `{{}}`, the placeholder for a column or a value"
                ));
            }
            ":" if self.quotes == Quotes::Lenient && next == Some(":") => {
                return Err("has `::`; write `CAST({} AS …)`, which every database accepts".to_owned());
            }
            // A parameter in SQLite, and a part of an operator or of a subscript elsewhere.
            ":" | "@" if self.quotes == Quotes::Lenient && next.is_some_and(is_word) => {
                return Err(has_parameter(&format!("{symbol}{}", next.unwrap_or_default())));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(self) -> Result<Vec<Piece<'t>>, String> {
        if let Some(open) = self.open.last() {
            return Err(format!("has a `{open}` that is not closed"));
        }
        let says_nothing = |piece: &Piece<'_>| matches!(piece, Piece::Sql(text) if text.trim().is_empty());
        if self.pieces.iter().all(says_nothing) {
            return Err("is empty".to_owned());
        }
        Ok(self.pieces)
    }
}

fn has_parameter(parameter: &str) -> String {
    format!("has a parameter `{parameter}`; write `{{}}` and give the value in its place among the columns and values")
}

/// Whether a part is a keyword, a name or a number, which would join with another one next to it.
fn is_word(part: &str) -> bool {
    part.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$')
}

/// Whether a quote is closed: otherwise it includes what follows it.
fn is_closed(token: &str, quotes: Quotes) -> bool {
    let longer = format!("{token} ");
    parts(&longer, quotes).next().is_some_and(|(part, _)| part.len() == token.len())
}

/// Whether a name is an alias that statements use: `t0`.
fn is_alias(name: &str) -> bool {
    let name = name.trim_matches(['"', '`', '[', ']']);
    let number = name.strip_prefix(['t', 'T']).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl Writer<'_> {
    /// `(t0."age" % 2 = ?)`; a fragment that this database cannot have is refused before the statement runs.
    pub(super) fn fragment(&mut self, fragment: &SqlFragment) {
        let pieces = match self.pieces(fragment) {
            Ok(pieces) => pieces,
            Err(refused) => {
                self.bind(Param::Refused(Mismatch::Refused(refused.clone().into())));
                self.refused.get_or_insert(refused);
                return;
            }
        };
        let mut arguments = fragment.arguments.iter();
        let mut before = Piece::Sql("");
        self.push("(");
        for piece in pieces {
            if before.runs_into(piece) {
                self.push(" ");
            }
            match piece {
                Piece::Sql(text) => {
                    self.push(text);
                }
                Piece::Argument => arguments.next().into_iter().for_each(|argument| self.argument(argument)),
            }
            before = piece;
        }
        self.push(")");
    }

    /// The pieces of a fragment, or why this database cannot have it in a statement.
    fn pieces<'f>(&self, fragment: &'f SqlFragment) -> Result<Vec<Piece<'f>>, String> {
        let pieces = pieces(fragment, self.dialect.quotes())?;
        let text = &fragment.text;
        match called_aggregate(fragment, self.dialect) {
            Some(function) if !fragment.is_aggregate => Err(format!(
                "the SQL fragment `{text}` calls the aggregate function `{function}`, which makes one row of all rows; write \
                 `sql_value(..).aggregate::<T>()`, and compare it in `having`"
            )),
            None if fragment.is_aggregate && self.dialect.takes_any_row_of_group() => Err(format!(
                "the SQL fragment `{text}` calls no aggregate function, and would have the value of any row of the group; call \
                 one, such as `max({{}})`, or write `.typed::<T>()` for a value of what the rows are grouped by"
            )),
            _ => Ok(pieces),
        }
    }

    /// A column, an expression or a value in a fragment.
    fn argument(&mut self, argument: &Expr) {
        match argument {
            Expr::Value(value) => {
                self.bind(Param::Value(value.clone()));
            }
            argument if stands_by_itself(argument) => self.native(argument),
            argument => {
                self.push("(").native(argument);
                self.push(")");
            }
        }
    }

    /// A value in the form of new tables, with which other values are compared by their type.
    fn native(&mut self, value: &Expr) {
        self.trust_value(value);
        match self.held(value) {
            None => self.expr(value),
            Some(held) => {
                self.in_form(value, Held::native(held.sql_type));
                self.dialect.order_collation(self, held.sql_type);
            }
        }
    }
}

/// Whether an expression is rendered as a single operand.
fn stands_by_itself(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_)
        | Expr::Excluded(_)
        | Expr::Joined(..)
        | Expr::Arithmetic(..)
        | Expr::Aggregate(..)
        | Expr::OfRelated(_, Aggregate::Of(..), _)
        | Expr::Fragment(_) => true,
        Expr::ValueOf(_, value) | Expr::OfLink(_, value) => stands_by_itself(value),
        _ => false,
    }
}
