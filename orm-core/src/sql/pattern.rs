//! Patterns of text, in the syntax of a database.

use super::Writer;
use crate::ast::{Letters, Pattern};
use crate::types::Param;
use crate::value::Value;

/// The wildcards of a pattern, and how they are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// Those of `LIKE`: `%`, `_`, and `\` before an escaped character.
    Like,
    /// Those of `GLOB`: `*`, `?`, and brackets around an escaped character.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "only SQLite has them"))]
    Glob,
}

impl Writer<'_> {
    /// A pattern, with the wildcards of the database.
    pub(super) fn pattern(&mut self, pattern: &Pattern, wildcards: Wildcards) -> &mut Self {
        self.bind(Param::Value(Value::Text(pattern.written(wildcards).into())))
    }
}

impl Pattern {
    /// The pattern in the syntax of a database.
    fn written(&self, wildcards: Wildcards) -> String {
        match self {
            Pattern::Like(pattern) => wildcards.rewritten(pattern),
            Pattern::Contains(text) => [wildcards.any(), &wildcards.literal(text), wildcards.any()].concat(),
            Pattern::StartsWith(text) => wildcards.literal(text) + wildcards.any(),
            Pattern::EndsWith(text) => [wildcards.any(), &wildcards.literal(text)].concat(),
        }
    }

    /// The beginning of a prefix that has no case: a case-sensitive pattern finds the same rows by it, and with an
    /// index.
    pub(super) fn caseless_start(&self, letters: Letters) -> Option<&str> {
        let Pattern::StartsWith(text) = self else { return None };
        let end = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
        (letters == Letters::EitherCase && end > 0).then_some(&text[..end])
    }
}

impl Wildcards {
    fn any(self) -> &'static str {
        match self {
            Wildcards::Like => "%",
            Wildcards::Glob => "*",
        }
    }

    fn one(self) -> &'static str {
        match self {
            Wildcards::Like => "_",
            Wildcards::Glob => "?",
        }
    }

    fn literal(self, text: &str) -> String {
        let mut literal = String::with_capacity(text.len() + 2);
        text.chars().for_each(|letter| self.push_literal(&mut literal, letter));
        literal
    }

    fn push_literal(self, pattern: &mut String, letter: char) {
        match (self, letter) {
            (Wildcards::Like, '%' | '_' | '\\') => pattern.extend(['\\', letter]),
            (Wildcards::Glob, '*' | '?' | '[') => pattern.extend(['[', letter, ']']),
            _ => pattern.push(letter),
        }
    }

    /// A pattern that the user wrote, with the wildcards of `LIKE`.
    fn rewritten(self, pattern: &str) -> String {
        if self == Wildcards::Like {
            return pattern.to_owned();
        }
        let mut rewritten = String::with_capacity(pattern.len() + 2);
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => rewritten.push_str(self.any()),
                '_' => rewritten.push_str(self.one()),
                '\\' => letters.next().into_iter().for_each(|literal| self.push_literal(&mut rewritten, literal)),
                literal => self.push_literal(&mut rewritten, literal),
            }
        }
        rewritten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_with_either_wildcards() {
        let written =
            |pattern: &Pattern| [Wildcards::Like, Wildcards::Glob].map(|wildcards| pattern.written(wildcards));
        let text = || r"a%_\*?[]^-".to_owned();
        assert_eq!(written(&Pattern::Contains(text())), [r"%a\%\_\\*?[]^-%", r"*a%_\[*][?][[]]^-*"]);
        assert_eq!(written(&Pattern::StartsWith(text())), [r"a\%\_\\*?[]^-%", r"a%_\[*][?][[]]^-*"]);
        assert_eq!(written(&Pattern::EndsWith(text())), [r"%a\%\_\\*?[]^-", r"*a%_\[*][?][[]]^-"]);
        assert_eq!(written(&Pattern::Like(r"a%_\%\_\\*\*[".into())), [r"a%_\%\_\\*\*[", r"a*?%_\[*][*][[]"]);
    }

    #[test]
    fn the_start_of_a_prefix_without_letters_has_no_case() {
        let start =
            |text: &str| Pattern::StartsWith(text.into()).caseless_start(Letters::EitherCase).map(str::to_owned);
        assert_eq!(start("2024-05"), Some("2024-05".into()));
        assert_eq!(start("é1a"), Some("é1".into()), "the case of letters beyond ASCII always matters");
        assert_eq!(start("ab"), None);
        assert_eq!(start(""), None);
        assert_eq!(Pattern::StartsWith("1".into()).caseless_start(Letters::AsWritten), None);
        assert_eq!(Pattern::EndsWith("1".into()).caseless_start(Letters::EitherCase), None);
    }
}
