//! `CHECK` conditions.
//!
//! Two conditions may be the same in other words, and a database may rewrite a condition. So a condition is reported as
//! missing only if no other condition of the table is left that may be the same.

use super::{Lack, Structures};
use crate::live::Mismatched;
use crate::sql::ddl::check_sql;
use crate::sql::tokens::{Quotes, Token, tokens};
use crate::structure::{Check, Table};

impl Structures<'_> {
    pub(in crate::live::check) fn conditions(&self, wanted: &Table, found: &Table) -> Vec<Lack> {
        let words = |check: &Check| without_parentheses(words(&check.condition).collect());
        let mut others: Vec<Condition> = found.checks.iter().map(words).collect();
        let is_missing = |check: &&Check| match others.iter().position(|other| *other == words(check)) {
            Some(at) => {
                others.swap_remove(at);
                false
            }
            None => true,
        };
        let missing: Vec<&Check> = wanted.checks.iter().filter(is_missing).collect();
        if others.is_empty() {
            missing.into_iter().map(|check| self.no_check(wanted, check)).collect()
        } else {
            Vec::new()
        }
    }

    fn no_check(&self, of: &Table, check: &Check) -> Lack {
        let fix = self.dialect.alters_columns().then(|| check_sql(&of.name, check, self.dialect));
        (Mismatched::NoCheck { condition: check.condition.clone() }, fix)
    }
}

/// The tokens of a condition, without parentheses around all of them.
type Condition = Vec<String>;

/// The tokens up to the end of the parentheses that begin with the first of them.
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

/// The tokens of SQL, in lower case if their case does not matter. A quoted name is the name itself.
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
    fn conditions_are_compared_by_their_words() {
        assert_eq!(condition("a > 0 and (B or C)"), condition("(a > 0 AND (b OR c))"));
        assert_eq!(condition("((\"b\" <> 'it''s'))"), condition("b<>'it''s'"));
        assert_ne!(condition("b <> 'a'"), condition("b <> 'A'"));
        assert_ne!(condition("(a) > (b)"), condition("a) > (b"));
        assert_eq!(condition("((a > 0))"), condition("A>0"));
    }

    #[test]
    fn broken_sql_is_read_to_its_end() {
        for sql in ["CHECK", "CHECK (", "CHECK ((a)", "check)", "\"", "CHECK \"", "("] {
            let _ = condition(sql);
        }
    }
}
