//! Statements that change the session, whose next user would see the change.

use crate::sql::tokens::{Quotes, Token, tokens};

/// Whether a statement changes state of the connection that outlives its transaction: a setting, a role, a `LISTEN`, a
/// session lock, or a temporary table. The effects of functions that it calls are not known.
pub(crate) fn changes_session(text: &str) -> bool {
    let mut words = Words { tokens: tokens(text, Quotes::Standard).collect(), at: 0 };
    let mut starts = true;
    let mut is_block = false;
    while let Some(token) = words.next() {
        let changes = match token {
            Token::Word(word) => {
                let changes = (starts && words.begins_a_change(word)) || words.is_changed_by(word);
                is_block |= starts && word.eq_ignore_ascii_case("do");
                starts = ["begin", "then", "else", "loop"].iter().any(|other| word.eq_ignore_ascii_case(other));
                changes
            }
            // The name of a function may be quoted.
            Token::Name(name) => words.is_changed_by(name.trim_matches('"')),
            Token::Text(block) if is_block => changes_session(unquoted(block)),
            Token::Symbol(symbol) => {
                starts = symbol == ";";
                false
            }
            Token::Text(_) | Token::Parameter(_) => false,
        };
        if changes {
            return true;
        }
    }
    false
}

/// The text of a string that is quoted by `$tag$` or `'`.
fn unquoted(block: &str) -> &str {
    let tag = block.strip_prefix('$').and_then(|rest| rest.find('$')).map_or(1, |end| end + 2);
    block.get(tag..block.len().saturating_sub(tag)).unwrap_or_default()
}

struct Words<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    /// Whether one of the next words is one of these.
    fn follows(&self, within: usize, words: &[&str]) -> bool {
        let mut next = self.tokens.iter().skip(self.at).take(within);
        next.any(|token| words.iter().any(|word| token.text().eq_ignore_ascii_case(word)))
    }

    /// Whether the previous word is one of these.
    fn comes_after(&self, words: &[&str]) -> bool {
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| words.iter().any(|word| token.text().eq_ignore_ascii_case(word)))
    }

    /// Whether the created object is temporary: `OR REPLACE LOCAL TEMPORARY VIEW`.
    fn is_temporary(&self) -> bool {
        let is_one =
            |token: &Token<'_>, words: &[&str]| words.iter().any(|word| token.text().eq_ignore_ascii_case(word));
        let mut next = self.tokens.iter().skip(self.at);
        let kind = next.find(|token| !is_one(token, &["or", "replace", "local", "global"]));
        kind.is_some_and(|token| is_one(token, &["temp", "temporary"]))
    }

    /// Whether a statement that begins with this word changes the session.
    fn begins_a_change(&self, first: &str) -> bool {
        match first.to_ascii_lowercase().as_str() {
            "set" => !self.follows(1, &["local", "transaction", "constraints"]),
            "reset" | "discard" | "listen" | "unlisten" | "load" | "declare" | "deallocate" => true,
            "prepare" => !self.follows(1, &["transaction"]),
            "create" => self.is_temporary(),
            _ => false,
        }
    }

    /// Whether a word shows that the statement changes the session.
    fn is_changed_by(&self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            "set_config" => !self.is_local(),
            // `SELECT .. INTO TEMP`; the target table of an insert may have such a name.
            "into" => !self.comes_after(&["insert", "merge"]) && self.is_temporary(),
            "pg_temp"
            | "pg_advisory_lock"
            | "pg_advisory_lock_shared"
            | "pg_try_advisory_lock"
            | "pg_try_advisory_lock_shared" => true,
            _ => false,
        }
    }

    /// Whether the last argument of a call is `true`, as with `set_config` for only the transaction.
    fn is_local(&self) -> bool {
        let mut depth = 0;
        let mut last = "";
        for token in self.tokens.iter().skip(self.at) {
            match token.text() {
                "(" => depth += 1,
                ")" if depth <= 1 => return last.eq_ignore_ascii_case("true"),
                ")" => depth -= 1,
                text => last = text,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::changes_session;

    #[test]
    fn what_outlives_a_transaction_changes_the_session() {
        for text in [
            "SET client_encoding = latin1",
            "set role clerk",
            " -- as somebody else\n SET SESSION AUTHORIZATION clerk",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET TIME ZONE 'UTC'",
            "RESET ALL",
            "DISCARD ALL",
            "LISTEN news",
            "LOAD 'auto_explain'",
            "PREPARE p AS SELECT 1",
            "DEALLOCATE ALL",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "CREATE TEMP TABLE t (a int)",
            "CREATE LOCAL TEMPORARY TABLE t (a int)",
            "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
            "CREATE TABLE pg_temp.t (a int)",
            "SELECT 1 AS a INTO TEMP t",
            "SELECT set_config('search_path', $1, false)",
            "SELECT pg_catalog.\"set_config\"('a.b', upper($1), $2)",
            "WITH s AS (SELECT set_config('a.b', 'true', false)) SELECT 1",
            "SELECT pg_advisory_lock(1)",
            "SELECT 1; SET search_path = app",
            "DO $x$ BEGIN SET search_path = app; END $x$",
            "DO $$ BEGIN IF true THEN PERFORM set_config('a.b', 'c', false); END IF; END $$",
        ] {
            assert!(changes_session(text), "{text}");
        }
    }

    #[test]
    fn what_ends_with_a_transaction_does_not() {
        for text in [
            "SET LOCAL search_path = app",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET CONSTRAINTS ALL DEFERRED",
            "SELECT set_config('a.b', lower(concat($1, ')')), true)",
            "SELECT 'SET role clerk; SET role clerk'",
            "UPDATE t SET a = 1 -- ; SET b",
            "PREPARE TRANSACTION 'x'",
            "CREATE TABLE settings (temp int)",
            "INSERT INTO temp VALUES (1)",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql SET search_path = app AS 'SET role clerk'",
            "INSERT INTO temperatures (\"set\") VALUES (1)",
            "SELECT pg_advisory_xact_lock(1)",
            "DO $$ BEGIN UPDATE t SET a = 1; END $$",
            "",
            "DO",
            "DO '",
        ] {
            assert!(!changes_session(text), "{text}");
        }
    }
}
