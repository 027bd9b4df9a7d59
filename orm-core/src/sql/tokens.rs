//! The tokens of SQL, as far as they are needed to distinguish parameters, quotes and comments.

/// A token, as written in the SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// A keyword, a name without quotes, or a number.
    Word(&'t str),
    /// A quoted name.
    Name(&'t str),
    /// A string, or a part of one up to a doubled quote.
    Text(&'t str),
    /// A parameter: `$1`, `?1`, `?`, `$name`.
    Parameter(&'t str),
    /// Any other character.
    Symbol(&'t str),
}

impl<'t> Token<'t> {
    /// The token's text.
    pub(crate) fn text(self) -> &'t str {
        let (Token::Word(text) | Token::Name(text) | Token::Text(text) | Token::Parameter(text) | Token::Symbol(text)) =
            self;
        text
    }

    #[cfg(feature = "migrate")]
    fn plain(self) -> String {
        match self {
            Token::Word(word) => word.to_lowercase(),
            Token::Name(name) => name.get(1..name.len().saturating_sub(1)).unwrap_or_default().to_lowercase(),
            token => token.text().to_owned(),
        }
    }
}

/// Quotes of names besides `"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// None: `[` is a subscript, and `$tag$` quotes a string.
    Standard,
    /// `` ` ``, and `[` with `]`, which SQLite accepts for compatibility.
    Lenient,
}

/// The place of a word or a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A word that is not called.
    Word,
    /// A function of some arguments.
    Called,
    /// A function without arguments.
    CalledWithNothing,
    /// A string that is an argument of a function.
    Argument,
}

/// The tokens of SQL, without white space and comments. Malformed SQL has tokens too: an unclosed quote extends to the
/// end.
pub(crate) fn tokens(sql: &str, quotes: Quotes) -> impl Iterator<Item = Token<'_>> {
    parts(sql, quotes).filter_map(|(_, token)| token)
}

/// The tokens of SQL as text, to compare it: keywords and names in lower case, and names without quotes.
#[cfg(feature = "migrate")]
pub(crate) fn plain(sql: &str, quotes: Quotes) -> Vec<String> {
    tokens(sql, quotes).map(Token::plain).collect()
}

/// The tokens up to the closing bracket, without the contents of nested brackets, of which only the opening one is
/// included.
pub(super) fn at_level<'t>(tokens: &[Token<'t>]) -> impl Iterator<Item = Token<'t>> {
    let mut depth = 0_usize;
    let mut is_closed = false;
    let mut levels = tokens.iter().map(move |token| {
        let around = depth;
        match token {
            Token::Symbol("(" | "[") => depth += 1,
            Token::Symbol(")" | "]") if depth == 0 => is_closed = true,
            Token::Symbol(")" | "]") => depth -= 1,
            _ => {}
        }
        (!is_closed).then_some((around, *token))
    });
    std::iter::from_fn(move || levels.next()?).filter_map(|(depth, token)| (depth == 0).then_some(token))
}

/// Whether a token is a keyword.
pub(super) fn is_word(token: Token<'_>, word: &str) -> bool {
    matches!(token, Token::Word(other) if other.eq_ignore_ascii_case(word))
}

/// All parts of SQL one after the other, and the token of each; `None` for white space and comments.
pub(crate) fn parts(sql: &str, quotes: Quotes) -> impl Iterator<Item = (&str, Option<Token<'_>>)> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let (end, token) = next(rest, quotes)?;
        let (text, after) = rest.split_at(end);
        rest = after;
        Some((text, token.map(|token| token(text))))
    })
}

/// The end of the first token, and its kind; `None` for white space and comments.
type Next<'t> = (usize, Option<fn(&'t str) -> Token<'t>>);

fn next(rest: &str, quotes: Quotes) -> Option<Next<'_>> {
    let first = rest.chars().next()?;
    Some(match first {
        '\'' => (closed(rest, '\''), Some(Token::Text)),
        'e' | 'E' if rest[1..].starts_with('\'') && quotes == Quotes::Standard => (escaped(rest), Some(Token::Text)),
        '"' => (closed(rest, '"'), Some(Token::Name)),
        '`' if quotes == Quotes::Lenient => (closed(rest, '`'), Some(Token::Name)),
        '[' if quotes == Quotes::Lenient => (past(rest, "]"), Some(Token::Name)),
        '-' if rest.starts_with("--") => (line_comment(rest, quotes), None),
        '/' if rest.starts_with("/*") => (block_comment(rest, quotes).unwrap_or(rest.len()), None),
        '$' => dollar(rest, quotes),
        '?' => (1 + digits(&rest[1..]), Some(Token::Parameter)),
        letter if letter.is_whitespace() => (letter.len_utf8(), None),
        letter if is_of_word(letter) => {
            (rest.find(|other| !is_of_word(other)).unwrap_or(rest.len()), Some(Token::Word))
        }
        other => (other.len_utf8(), Some(Token::Symbol)),
    })
}

/// A parameter, or a string that `$tag$` quotes.
fn dollar(rest: &str, quotes: Quotes) -> Next<'_> {
    let name = rest[1..].find(|letter| !is_of_word(letter) || letter == '$').map_or(rest.len(), |end| end + 1);
    if quotes == Quotes::Standard && rest[name..].starts_with('$') && digits(&rest[1..]) == 0 {
        let tag = &rest[..=name];
        return (past(&rest[tag.len()..], tag) + tag.len(), Some(Token::Text));
    }
    (name, Some(if name > 1 { Token::Parameter } else { Token::Symbol }))
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii()
}

fn digits(text: &str) -> usize {
    text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len())
}

/// The position after the closing quote.
fn closed(rest: &str, quote: char) -> usize {
    rest[1..].find(quote).map_or(rest.len(), |at| at + 2)
}

/// The position after the closing quote of a string like `E'it\'s'`.
fn escaped(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(2);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            // After a doubled quote a backslash still escapes what follows it.
            '\'' if rest[at + 1..].starts_with('\'') => drop(letters.next()),
            '\'' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The end of a comment that begins with `--`.
fn line_comment(rest: &str, quotes: Quotes) -> usize {
    match quotes {
        Quotes::Standard => rest.find(['\n', '\r']).map_or(rest.len(), |at| at + 1),
        Quotes::Lenient => past(rest, "\n"),
    }
}

/// The end of a comment that begins with `/*`; `None` if it is not closed. Comments nest in standard SQL, and not in
/// SQLite.
pub(crate) fn block_comment(rest: &str, quotes: Quotes) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = 2;
    while depth > 0 {
        let next = at + rest.get(at..)?.find(['*', '/'])?;
        let mark = rest.get(next..next + 2);
        at = next + if matches!(mark, Some("/*" | "*/")) { 2 } else { 1 };
        match mark {
            Some("*/") => depth -= 1,
            Some("/*") if quotes == Quotes::Standard => depth += 1,
            // The star may be the first letter of the end: `/*/ … */`.
            Some("/*") => at = next + 1,
            _ => {}
        }
    }
    Some(at)
}

fn past(text: &str, mark: &str) -> usize {
    text.find(mark).map_or(text.len(), |at| at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(sql: &str, quotes: Quotes) -> Vec<&str> {
        let parameters = tokens(sql, quotes).filter(|token| matches!(token, Token::Parameter(_)));
        parameters.map(Token::text).collect()
    }

    #[test]
    fn parameters_are_found_outside_of_quotes_and_comments() {
        let sql = "SELECT a$1, '$2', \"$3\", x.\"a\"\"$4\" -- $5\n, /* $6 */ $7+$8,$9::text, ?10, ? FROM t WHERE '''$11' = $name";
        for quotes in [Quotes::Standard, Quotes::Lenient] {
            assert_eq!(parameters(sql, quotes), ["$7", "$8", "$9", "?10", "?", "$name"]);
        }
        assert_eq!(parameters("SELECT [$1], `$2`, $3", Quotes::Lenient), ["$3"]);
        assert_eq!(parameters("SELECT a[$1], E'it\\'s $2', e'\\\\', $3", Quotes::Standard), ["$1", "$3"]);
        assert_eq!(parameters("DO $$ $1 $$; DO $x$ $2 $$ $x$, $3", Quotes::Standard), ["$3"]);
        assert_eq!(parameters("E'a''\\' $1', $2", Quotes::Standard), ["$2"]);
    }

    #[test]
    fn comments_end_where_the_database_ends_them() {
        assert_eq!(parameters("/* a /* b */ $1 */ $2 -- $3\r$4", Quotes::Standard), ["$2", "$4"]);
        assert_eq!(parameters("/* a /* b */ $1 -- $2\r$3\n$4", Quotes::Lenient), ["$1", "$4"]);
        for quotes in [Quotes::Standard, Quotes::Lenient] {
            assert_eq!(parameters("/*/ $1 */ $2 /**/ $3 /***/ $4 /* /", quotes), ["$2", "$3", "$4"]);
        }
    }

    #[test]
    fn broken_sql_has_tokens_too() {
        for sql in ["'a", "\"a", "[a", "`a", "/*a", "/*", "--", "$", "$a$ b", "E'\\", "e'", "ä", "?", "'\u{1f980}"] {
            for quotes in [Quotes::Standard, Quotes::Lenient] {
                let read: usize = tokens(sql, quotes).map(|token| token.text().len()).sum();
                assert!(read <= sql.len(), "{sql}");
            }
        }
    }
}
