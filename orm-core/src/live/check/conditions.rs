//! Conditions that rows meet: `CHECK`s.
//!
//! Two texts may say the same in other words, and a database may tell a condition in its own. So one is reported as missing
//! only if no condition of the table is left that could be it.

use super::Check;
use crate::live::difference::difference;
use crate::live::{Difference, LiveTable, Mismatched};
use crate::schema::Table;
use crate::sql::ddl::condition_sql;
use crate::sql::tokens::{Quotes, Token, tokens};

impl Check<'_> {
    pub(super) fn conditions(&self, table: &'static Table, live: &LiveTable) -> Vec<Difference> {
        let mut found: Vec<Condition> = live.checks.iter().flat_map(|sql| conditions_in(sql)).collect();
        let missing = table.conditions().filter(|condition| {
            let wanted = without_parentheses(words(condition).collect());
            match found.iter().position(|other| *other == wanted) {
                Some(at) => {
                    found.swap_remove(at);
                    false
                }
                None => true,
            }
        });
        let missing: Vec<&'static str> = missing.collect();
        if !found.is_empty() {
            return Vec::new();
        }
        let told = |condition: &'static str| {
            let fix = self.dialect.alters_columns().then(|| condition_sql(table, condition, self.dialect));
            difference(table, Mismatched::NoCheck { condition: condition.to_owned() }, fix)
        };
        missing.into_iter().map(told).collect()
    }
}

/// The words of a condition, without parentheses around all of them.
type Condition = Vec<String>;

/// Each `CHECK (…)` within SQL.
fn conditions_in(sql: &str) -> Vec<Condition> {
    let (mut found, mut tokens) = (Vec::new(), tokens(sql, Quotes::Lenient));
    while let Some(token) = tokens.next() {
        // A table may have this name, in quotes.
        if matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("check")) {
            found.push(without_parentheses(in_parentheses(&mut tokens.by_ref().map(word))));
        }
    }
    found
}

/// The words up to the end of the parentheses that begin with the first of them.
fn in_parentheses(words: &mut impl Iterator<Item = String>) -> Condition {
    let (mut open, mut within) = (0_usize, Vec::new());
    for word in words {
        match &*word {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        within.push(word);
        if open == 0 {
            break;
        }
    }
    within
}

fn without_parentheses(mut words: Condition) -> Condition {
    while words.len() > 2 && in_parentheses(&mut words.iter().cloned()).len() == words.len() && words[0] == "(" {
        words.pop();
        words.remove(0);
    }
    words
}

/// The words of SQL, those that are compared without regard to case in lower case. A name in quotes is the name itself.
fn words(sql: &str) -> impl Iterator<Item = String> + '_ {
    tokens(sql, Quotes::Lenient).map(word)
}

fn word(token: Token<'_>) -> String {
    match token {
        Token::Word(word) => word.to_lowercase(),
        Token::Name(name) => name[1..name.len() - usize::from(name.len() > 1)].to_owned(),
        token => token.text().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(sql: &str) -> Condition {
        without_parentheses(words(sql).collect())
    }

    #[test]
    fn conditions_are_found_in_a_table() {
        let sql = "CREATE TABLE \"check\" (a INTEGER CHECK(a > 0 AND (b OR c)) /* CHECK (x) */, b TEXT DEFAULT 'CHECK (y)',\n\
                   CONSTRAINT named check ((\"b\" <> 'it''s')), -- CHECK (z)\n PRIMARY KEY (a))";
        assert_eq!(conditions_in(sql), [condition("a > 0 and (B or C)"), condition("b<>'it''s'")]);
        assert_ne!(condition("b <> 'a'"), condition("b <> 'A'"));
        assert_ne!(condition("(a) > (b)"), condition("a) > (b"));
        assert_eq!(condition("((a > 0))"), condition("A>0"));
    }

    #[test]
    fn broken_sql_is_read_to_its_end() {
        for sql in ["CHECK", "CHECK (", "CHECK ((a)", "check)", "\"", "CHECK \"", "("] {
            let _ = (conditions_in(sql), condition(sql));
        }
    }
}
