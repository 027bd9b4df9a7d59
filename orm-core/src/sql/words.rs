//! What a statement that the user wrote does, as far as its words tell.

use super::tokens::{Quotes, Token, tokens};

/// Whether a statement changes rows by what its first word says; of one that begins with `WITH`, by any of its words.
pub(crate) fn writes(text: &str, quotes: Quotes) -> bool {
    const WRITING: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"];
    let is_one = |word: &str, of: &[&str]| of.iter().any(|other| word.eq_ignore_ascii_case(other));
    let mut words = tokens(text, quotes).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    match words.next() {
        // `replace` is a function too.
        Some(first) if is_one(first, &["WITH"]) => words.any(|word| is_one(word, &WRITING[..4])),
        Some(first) => is_one(first, &WRITING),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_write_are_told_by_their_words() {
        for text in [
            "INSERT INTO t VALUES (1) RETURNING id",
            "  update t SET a = 1",
            "-- a comment\n/* and another */ (DELETE FROM t)",
            "WITH x AS (SELECT 'select') INSERT INTO t SELECT * FROM x",
            "with x as (delete from t returning *) select * from x",
            "REPLACE INTO t VALUES (1)",
            "MERGE INTO t USING s ON true WHEN MATCHED THEN DO NOTHING",
        ] {
            assert!(writes(text, Quotes::Standard) && writes(text, Quotes::Lenient), "{text}");
        }
        for text in [
            "SELECT replace('insert', 'a', 'b')",
            "WITH x AS (SELECT 'it''s an insert', \"update\", $1 FROM t) SELECT replace(a, 'b', 'c') FROM x",
            "WITH x AS (SELECT '--', 1 /* insert */) SELECT 1 -- delete",
            "'insert",
            "",
        ] {
            assert!(!writes(text, Quotes::Standard) && !writes(text, Quotes::Lenient), "{text}");
        }
        assert!(!writes("WITH x AS (SELECT [delete], `merge`) SELECT 1 FROM x", Quotes::Lenient));
        assert!(!writes("WITH x AS (SELECT $$ insert $$, $tag$ update $ $tag$) SELECT 1", Quotes::Standard));
    }
}
