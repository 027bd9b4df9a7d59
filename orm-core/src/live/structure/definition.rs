//! What the SQL of a definition says in addition to the catalog: `CREATE TABLE` of SQLite, and `CREATE INDEX` of both
//! databases.

use crate::sql::tokens::{Quotes, Token, parts};
use crate::structure::{Check, Index, Table, Term};

/// Reads what the catalog does not have from the statement that created a table: collations, conditions, expressions of
/// generated columns, and `AUTOINCREMENT`.
pub(super) fn read_table(table: &mut Table, sql: &str, quotes: Quotes) {
    let Some(columns) = words(sql, quotes).iter().find_map(Placed::within) else { return };
    for item in items(&words(columns, quotes)) {
        let Some(first) = item.first() else { continue };
        let is_of_table = ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| first.is(word));
        let name = first.name().filter(|_| !is_of_table);
        table.checks.extend(checks(item, name.as_deref()));
        let Some(column) = table.columns.iter_mut().find(|column| Some(&column.name) == name.as_ref()) else {
            continue;
        };
        column.collation = after(item, "collate").and_then(Placed::name);
        column.assigned = item.iter().any(|word| word.is("autoincrement")).then(|| "AUTOINCREMENT".to_owned());
        if let (Some(generated), Some(expression)) = (&mut column.generated, after(item, "as").and_then(Placed::within))
        {
            expression.trim().clone_into(&mut generated.expression);
        }
    }
}

/// Each `CHECK (…)` in the SQL that created a table, or in the SQL of one constraint.
pub(in crate::live) fn conditions(sql: &str, quotes: Quotes) -> Vec<Check> {
    let all = words(sql, quotes);
    let of_constraint = checks(&all, None);
    match all.iter().find_map(Placed::within) {
        Some(columns) if of_constraint.is_empty() => {
            items(&words(columns, quotes)).flat_map(|item| checks(item, None)).collect()
        }
        _ => of_constraint,
    }
}

/// The index of a definition: with its terms, its condition, and what is between the two.
pub(super) fn index_of(index: Index, sql: &str, quotes: Quotes) -> Index {
    let all = words(sql, quotes);
    let Some(at) = all.iter().position(|word| word.within().is_some()) else { return index };
    let terms = all[at].within().unwrap_or_default();
    let condition = all[at..].iter().find(|word| word.is("where"));
    let options = sql[all[at].end..condition.map_or(sql.len(), |condition| condition.start)].trim();
    Index {
        terms: items(&words(terms, quotes)).filter_map(|words| term(terms, words)).collect(),
        options: (!options.is_empty()).then(|| options.to_owned()),
        condition: condition.map(|condition| sql[condition.end..].trim().to_owned()),
        ..index
    }
}

/// A word of a definition, and its position.
struct Placed<'t> {
    word: Word<'t>,
    start: usize,
    end: usize,
}

enum Word<'t> {
    Token(Token<'t>),
    /// The text in parentheses.
    Within(&'t str),
}

impl<'t> Placed<'t> {
    fn is(&self, keyword: &str) -> bool {
        matches!(self.word, Word::Token(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn within(&self) -> Option<&'t str> {
        match self.word {
            Word::Within(text) => Some(text),
            Word::Token(_) => None,
        }
    }

    /// The name, without quotes.
    fn name(&self) -> Option<String> {
        match self.word {
            Word::Token(Token::Word(name)) => Some(name.to_owned()),
            Word::Token(Token::Name(name)) => {
                let quote = &name[..1];
                let inner = name.get(1..name.len().saturating_sub(1))?;
                Some(if quote == "[" { inner.to_owned() } else { inner.replace(&quote.repeat(2), quote) })
            }
            // SQLite accepts a string as a name.
            Word::Token(Token::Text(name)) => name.get(1..name.len().saturating_sub(1)).map(str::to_owned),
            _ => None,
        }
    }
}

/// The words of a text outside of parentheses, and each pair of parentheses as one word.
fn words(sql: &str, quotes: Quotes) -> Vec<Placed<'_>> {
    let (mut words, mut depth, mut at, mut opened) = (Vec::new(), 0_usize, 0, 0);
    for (text, token) in parts(sql, quotes) {
        let (start, end) = (at, at + text.len());
        at = end;
        let Some(token) = token else { continue };
        match token {
            Token::Symbol("(") => {
                if depth == 0 {
                    opened = start;
                }
                depth += 1;
            }
            // An unmatched one ends nothing.
            Token::Symbol(")") if depth == 0 => {}
            Token::Symbol(")") => {
                depth -= 1;
                if depth == 0 {
                    words.push(Placed { word: Word::Within(&sql[opened + 1..start]), start: opened, end });
                }
            }
            Token::Name(_) if depth == 0 => match words.last_mut() {
                // A quote in a name is doubled, and the tokens end there.
                Some(Placed { word: Word::Token(Token::Name(name)), start: before, end: last }) if *last == start => {
                    (*name, *last) = (&sql[*before..end], end);
                }
                _ => words.push(Placed { word: Word::Token(token), start, end }),
            },
            token if depth == 0 => words.push(Placed { word: Word::Token(token), start, end }),
            _ => {}
        }
    }
    words
}

/// The words between commas.
fn items<'w, 't>(words: &'w [Placed<'t>]) -> impl Iterator<Item = &'w [Placed<'t>]> {
    words.split(|word| matches!(word.word, Word::Token(Token::Symbol(","))))
}

/// The word after a keyword.
fn after<'w, 't>(words: &'w [Placed<'t>], keyword: &str) -> Option<&'w Placed<'t>> {
    words.iter().position(|word| word.is(keyword)).and_then(|at| words.get(at + 1))
}

/// The conditions in a column or a constraint, with their names.
fn checks(words: &[Placed<'_>], column: Option<&str>) -> Vec<Check> {
    let of = |at: usize| {
        let condition = words.get(at + 1)?.within()?.trim().to_owned();
        let is_named = at >= 2 && words[at - 2].is("constraint");
        let name = is_named.then(|| words[at - 1].name()).flatten();
        Some(Check { name, column: column.map(str::to_owned), condition })
    };
    (0..words.len()).filter(|&at| words[at].is("check")).filter_map(of).collect()
}

/// A term of an index: a column, a call, or an expression in parentheses.
fn term(sql: &str, words: &[Placed<'_>]) -> Option<Term> {
    let (first, second) = (words.first()?, words.get(1));
    let call = second.filter(|second| second.within().is_some() && second.start == first.end);
    let (value, end) = match (call, first.name()) {
        (Some(call), _) => (sql[first.start..call.end].to_owned(), call.end),
        (None, Some(name)) => (name, first.end),
        (None, None) => (sql[first.start..first.end].to_owned(), first.end),
    };
    let order = sql[end..words.last()?.end].trim();
    Some(Term {
        value,
        is_expression: call.is_some() || first.name().is_none(),
        order: (!order.is_empty()).then(|| order.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::{ColumnSchema, Generated};

    fn column(name: &str) -> ColumnSchema {
        ColumnSchema { name: name.to_owned(), ..ColumnSchema::default() }
    }

    #[test]
    fn a_table_of_sqlite_tells_more_than_its_catalog() {
        let generated = Some(Generated { expression: String::new(), stored: true });
        let columns = vec![column("id"), column("na me"), ColumnSchema { generated, ..column("c") }];
        let mut table = Table { columns, ..Table::default() };
        let sql = "CREATE TABLE \"t(\" (id INTEGER PRIMARY KEY AUTOINCREMENT, -- CHECK (x)\n\
                   [na me] TEXT COLLATE NOCASE CONSTRAINT long CHECK (length([na me]) > (1)) CHECK(1), \
                   c AS (id + ')') STORED, CONSTRAINT \"a\"\"b\" CHECK (id <> 5), UNIQUE (id))";
        read_table(&mut table, sql, Quotes::Lenient);
        assert_eq!(table.columns[0].assigned.as_deref(), Some("AUTOINCREMENT"));
        assert_eq!(table.columns[1].collation.as_deref(), Some("NOCASE"));
        assert_eq!(table.columns[2].generated.as_ref().map(|generated| &*generated.expression), Some("id + ')'"));
        let check = |name: Option<&str>, column: Option<&str>, condition: &str| Check {
            name: name.map(str::to_owned),
            column: column.map(str::to_owned),
            condition: condition.to_owned(),
        };
        let expected = [
            check(Some("long"), Some("na me"), "length([na me]) > (1)"),
            check(None, Some("na me"), "1"),
            check(Some("a\"b"), None, "id <> 5"),
        ];
        assert_eq!(table.checks, expected);
    }

    #[test]
    fn an_index_tells_its_terms_and_its_condition() {
        let sql = "CREATE INDEX i ON public.t USING btree (a, lower(b) text_pattern_ops DESC, \
                   ((c + 1)) NULLS FIRST, \"d,\" COLLATE \"C\") INCLUDE (e) WHERE (a > 0)";
        let index = index_of(Index::default(), sql, Quotes::Standard);
        let term = |value: &str, is_expression, order: Option<&str>| Term {
            value: value.to_owned(),
            is_expression,
            order: order.map(str::to_owned),
        };
        let expected = [
            term("a", false, None),
            term("lower(b)", true, Some("text_pattern_ops DESC")),
            term("((c + 1))", true, Some("NULLS FIRST")),
            term("d,", false, Some("COLLATE \"C\"")),
        ];
        assert_eq!(index.terms, expected);
        assert_eq!((index.options.as_deref(), index.condition.as_deref()), (Some("INCLUDE (e)"), Some("(a > 0)")));
    }

    #[test]
    fn conditions_are_found_in_a_table_and_in_a_constraint() {
        let texts = |sql| -> Vec<String> {
            conditions(sql, Quotes::Lenient).into_iter().map(|check| check.condition).collect()
        };
        let table = "CREATE TABLE \"check\" (a INTEGER CHECK(a > 0 AND (b OR c)) /* CHECK (x) */, b TEXT DEFAULT 'CHECK (y)',\n\
                     CONSTRAINT named check ((\"b\" <> 'it''s')), -- CHECK (z)\n PRIMARY KEY (a))";
        assert_eq!(texts(table), ["a > 0 AND (b OR c)", "(\"b\" <> 'it''s')"]);
        assert_eq!(texts("CHECK ((balance >= 0)) NOT VALID"), ["(balance >= 0)"]);
        assert_eq!(texts("CREATE TABLE t (a)"), [] as [&str; 0]);
    }

    #[test]
    fn broken_definitions_are_read_to_their_end() {
        for sql in ["", "(", ")", "CREATE TABLE t", "(a", "(a,", "(check (", "(\"", "(a collate", "(,)", "()", "(())"] {
            read_table(&mut Table::default(), sql, Quotes::Lenient);
            index_of(Index::default(), sql, Quotes::Standard);
            conditions(sql, Quotes::Lenient);
        }
    }
}
