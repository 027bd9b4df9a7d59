//! What raw SQL does, according to its keywords.

use super::tokens::{Quotes, Token, tokens};

/// Whether a statement changes rows, according to its first keyword; for a statement that begins with `WITH`, according
/// to any of its keywords.
pub(crate) fn writes(text: &str, quotes: Quotes) -> bool {
    const WRITING: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"];
    let is_one = |word: &str, of: &[&str]| of.iter().any(|other| word.eq_ignore_ascii_case(other));
    let mut words = tokens(text, quotes).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    match words.next() {
        // `replace` is also a function.
        Some(first) if is_one(first, &["WITH"]) => words.any(|word| is_one(word, &WRITING[..4])),
        Some(first) => is_one(first, &WRITING),
        None => false,
    }
}

/// The keywords by which a statement begins or ends a transaction or a savepoint, if it does.
pub(crate) fn transaction_control(text: &str) -> Option<&str> {
    const CONTROL: [&str; 8] = ["ABORT", "BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "START"];
    // SQLite treats a byte order mark as white space, and ignores empty statements before another one.
    let text = text.trim_start_matches(|letter: char| letter == '\u{feff}' || letter == ';' || letter.is_whitespace());
    let mut words = tokens(text, Quotes::Standard).skip_while(|token| *token == Token::Symbol(";"));
    let (first, second) = (words.next()?, words.next());
    let second_is = |word: &str| matches!(second, Some(Token::Word(second)) if second.eq_ignore_ascii_case(word));
    let Token::Word(first) = first else { return None };
    // A prepared transaction is committed outside of the transaction.
    let controls = match first {
        _ if first.eq_ignore_ascii_case("PREPARE") => second_is("TRANSACTION"),
        _ => CONTROL.iter().any(|word| first.eq_ignore_ascii_case(word)) && !second_is("PREPARED"),
    };
    controls.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_control_transactions_are_told_by_their_first_words() {
        for text in [
            "COMMIT",
            " ; -- now\n;/* really */ commit;",
            "\u{feff}COMMIT",
            "END TRANSACTION",
            "ROLLBACK TO SAVEPOINT s1",
            "RELEASE s1",
            "savepoint s1",
            "BEGIN IMMEDIATE",
            "START TRANSACTION",
            "ABORT",
            "PREPARE TRANSACTION 'x'",
        ] {
            assert!(transaction_control(text).is_some(), "{text}");
        }
        for text in [
            "SELECT 'COMMIT'",
            "EXPLAIN COMMIT",
            "COMMIT PREPARED 'x'",
            "rollback prepared 'x'",
            "PREPARE s AS SELECT 1",
            "\"commit\"",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "-- COMMIT",
            "",
        ] {
            assert_eq!(transaction_control(text), None, "{text}");
        }
    }

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
