//! Which semicolons end a statement.

use crate::sql::tokens::{Quotes, Token};

/// Tracks the tokens of a script to find where a statement ends.
pub(super) enum Ends {
    Standard(Standard),
    Lenient(Lenient),
}

impl Ends {
    pub(super) fn new(quotes: Quotes) -> Self {
        match quotes {
            Quotes::Standard => Ends::Standard(Standard::default()),
            Quotes::Lenient => Ends::Lenient(Lenient::Start),
        }
    }

    /// Whether a statement ends with the next token.
    pub(super) fn at(&mut self, token: Token<'_>) -> bool {
        match self {
            Ends::Standard(standard) => standard.at(token),
            Ends::Lenient(lenient) => {
                *lenient = lenient.after(token);
                *lenient == Lenient::Start
            }
        }
    }
}

/// The rules of `psql`: a semicolon within parentheses ends nothing, as in `CREATE RULE`, nor one within the `BEGIN
/// ATOMIC … END` of a function.
#[derive(Default)]
pub(super) struct Standard {
    parentheses: usize,
    /// The number of open `BEGIN`s and `CASE`s in a function's body.
    bodies: usize,
    /// The number of words so far.
    words: usize,
    begins: Begins,
}

/// How the statement begins.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Begins {
    /// With nothing yet, or in another way.
    #[default]
    Otherwise,
    Create,
    CreateOr,
    CreateOrReplace,
    /// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
    Routine,
}

impl Standard {
    fn at(&mut self, token: Token<'_>) -> bool {
        match token {
            Token::Symbol("(") => self.parentheses += 1,
            Token::Symbol(")") => self.parentheses = self.parentheses.saturating_sub(1),
            Token::Symbol(";") if self.parentheses == 0 && self.bodies == 0 => {
                *self = Standard::default();
                return true;
            }
            Token::Word(word) => self.word(word),
            _ => {}
        }
        false
    }

    fn word(&mut self, word: &str) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        self.begins = match (self.begins, self.words) {
            (Begins::Otherwise, 0) if is("create") => Begins::Create,
            (Begins::Create, 1) if is("or") => Begins::CreateOr,
            (Begins::CreateOr, 2) if is("replace") => Begins::CreateOrReplace,
            (Begins::Create | Begins::CreateOrReplace, _) if is("function") || is("procedure") => Begins::Routine,
            (Begins::Routine, _) => Begins::Routine,
            _ => Begins::Otherwise,
        };
        self.words += 1;
        if self.begins != Begins::Routine || self.parentheses > 0 {
            return;
        }
        if is("begin") || (is("case") && self.bodies > 0) {
            self.bodies += 1;
        } else if is("end") {
            self.bodies = self.bodies.saturating_sub(1);
        }
    }
}

/// The states of `sqlite3_complete`: the semicolons of a trigger's body end nothing, up to `; END ;`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lenient {
    /// Before a statement, or at its end.
    Start,
    /// In a statement other than a trigger.
    Normal,
    /// After `EXPLAIN`.
    Explain,
    /// After `CREATE`, and possibly `TEMP`.
    Create,
    /// In a trigger.
    Trigger,
    /// After a semicolon in a trigger.
    Semicolon,
    /// After `; END`.
    End,
}

impl Lenient {
    fn after(self, token: Token<'_>) -> Self {
        let is = |words: &[&str]| matches!(token, Token::Word(word) if words.iter().any(|other| word.eq_ignore_ascii_case(other)));
        let is_semicolon = token == Token::Symbol(";");
        match self {
            Lenient::Trigger | Lenient::Semicolon if is_semicolon => Lenient::Semicolon,
            Lenient::Semicolon if is(&["end"]) => Lenient::End,
            Lenient::Trigger | Lenient::Semicolon => Lenient::Trigger,
            _ if is_semicolon => Lenient::Start,
            Lenient::End => Lenient::Trigger,
            Lenient::Start | Lenient::Explain if is(&["create"]) => Lenient::Create,
            Lenient::Start if is(&["explain"]) => Lenient::Explain,
            Lenient::Create if is(&["temp", "temporary"]) => Lenient::Create,
            Lenient::Create if is(&["trigger"]) => Lenient::Trigger,
            // `EXPLAIN QUERY PLAN` continues as without these words.
            Lenient::Explain if is(&["query", "plan"]) => Lenient::Explain,
            _ => Lenient::Normal,
        }
    }
}
