//! The names of columns in SQL expressions. A user writes the expressions of checks, generated columns and indexes, and
//! quotes a name or leaves it as a word.

use std::borrow::Cow;

use super::ColumnSchema;
#[cfg(feature = "migrate")]
use super::Name;

/// Whether an expression may use a column. The case of names is ignored.
#[cfg(any(feature = "migrate", test))]
pub(crate) fn mentions(sql: &str, column: &str) -> bool {
    parts(sql).any(|part| part.name.is_some_and(|name| name.text.eq_ignore_ascii_case(column)))
}

/// Whether two expressions of a table are the same, however they quote its columns.
pub(super) fn same(one: &str, other: &str, columns: &[ColumnSchema]) -> bool {
    one == other || quoted_columns(one, columns) == quoted_columns(other, columns)
}

/// An expression in which a column has another name, in quotes if it needs them.
pub(super) fn renamed(sql: &str, columns: &[ColumnSchema], from: &str, to: &str) -> String {
    respelled(sql, columns, |column, is_quoted| {
        (column == from).then(|| if is_quoted || !is_plain(to) { quoted(to) } else { to.to_owned() })
    })
}

/// An expression in which each column is quoted, and spelled as the table spells it. A reserved word may be something
/// else: `user` is a function of PostgreSQL.
fn quoted_columns(sql: &str, columns: &[ColumnSchema]) -> String {
    respelled(sql, columns, |column, is_quoted| {
        (is_quoted || !is_reserved(&column.to_ascii_lowercase())).then(|| quoted(column))
    })
}

/// An expression in which columns are spelled anew: by a function of the column, and of whether its name was quoted.
fn respelled(sql: &str, columns: &[ColumnSchema], spell: impl Fn(&str, bool) -> Option<String>) -> String {
    let mut text = String::with_capacity(sql.len());
    for part in parts(sql) {
        let spelled = part.name.and_then(|name| spell(name.column(columns)?, name.is_quoted));
        text.push_str(spelled.as_deref().unwrap_or(part.text));
    }
    text
}

/// A part of an expression.
struct Part<'s> {
    text: &'s str,
    /// The name that it is, unless it is something else or the name of a function.
    name: Option<Named<'s>>,
}

/// A name without its quotes.
struct Named<'s> {
    text: Cow<'s, str>,
    is_quoted: bool,
}

impl Named<'_> {
    /// The column with this name. PostgreSQL reads a word in lower case, and SQLite ignores the case of names.
    fn column<'c>(&self, columns: &'c [ColumnSchema]) -> Option<&'c str> {
        let lower = self.text.to_ascii_lowercase();
        let exact = if self.is_quoted { &*self.text } else { &*lower };
        let mut names = columns.iter().map(|column| &*column.name);
        names.clone().find(|name| *name == exact).or_else(|| names.find(|name| name.eq_ignore_ascii_case(&lower)))
    }
}

/// The parts of an expression, one after the other.
fn parts(sql: &str) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (before, rest) = sql.split_at(at);
        let end = end_of_first(before, rest)?;
        at += end;
        let (text, after) = rest.split_at(end);
        let is_called = after.trim_start().starts_with('(');
        Some(Part { text, name: named(text).filter(|_| !is_called) })
    })
}

/// The end of the first part.
fn end_of_first(before: &str, rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    let past = |mark: &str| rest.find(mark).map_or(rest.len(), |at| at + mark.len());
    Some(match first {
        '\'' | '"' | '`' => closed(rest, first),
        '[' if !is_subscript(before) => past("]"),
        '-' if rest.starts_with("--") => past("\n"),
        '/' if rest.starts_with("/*") => past("*/"),
        letter if is_of_name(letter) => rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len()),
        other => other.len_utf8(),
    })
}

/// The position after the closing quote. A doubled quote is a letter.
fn closed(rest: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(next) = rest[at..].find(quote) {
        at += next + 1;
        if !rest[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// Whether a bracket selects an element of an array. Otherwise it quotes a name, on SQLite.
fn is_subscript(before: &str) -> bool {
    before.ends_with(|letter| is_of_name(letter) || matches!(letter, ')' | ']' | '"'))
}

fn named(text: &str) -> Option<Named<'_>> {
    let first = text.chars().next()?;
    let within = || text.get(1..text.len() - 1).unwrap_or_default();
    let (text, is_quoted) = match first {
        '"' | '`' => (Cow::Owned(within().replace(&first.to_string().repeat(2), &first.to_string())), true),
        '[' if text.len() > 1 => (Cow::Borrowed(within()), true),
        letter if is_of_name(letter) && !letter.is_ascii_digit() => (Cow::Borrowed(text), false),
        _ => return None,
    };
    Some(Named { text, is_quoted })
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// A name in the quotes of standard SQL, which each of the library's databases reads.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table's name in quotes, with its schema.
#[cfg(feature = "migrate")]
pub(crate) fn quoted_table(table: &Name) -> String {
    let schema = table.schema.as_ref().map_or_else(String::new, |schema| quoted(schema) + ".");
    schema + &quoted(&table.name)
}

/// Whether a name means the same without quotes on every database.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.starts_with(|first: char| first.is_ascii_digit()) && name.bytes().all(is_plain) && !is_reserved(name)
}

fn is_reserved(word: &str) -> bool {
    RESERVED.split(' ').any(|reserved| reserved == word)
}

/// The words that are no column names without quotes on PostgreSQL or SQLite:
/// <https://www.postgresql.org/docs/current/sql-keywords-appendix.html>, <https://sqlite.org/lang_keywords.html>
const RESERVED: &str = "add all alter analyse analyze and any array as asc asymmetric authorization autoincrement between binary both \
    case cast check collate collation column commit concurrently constraint create cross current_catalog \
    current_date current_role current_schema current_time current_timestamp current_user default deferrable delete \
    desc distinct do drop else end escape except exists false fetch for foreign freeze from full grant group \
    having if ilike in index initially inner insert intersect into is isnull join lateral leading left like limit \
    localtime localtimestamp natural not nothing notnull null offset on only or order outer overlaps placing \
    primary references returning right select session_user set similar some symmetric system_user table \
    tablesample then to trailing transaction true union unique update user using values variadic verbose when \
    where window with";

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<ColumnSchema> {
        names.iter().map(|name| ColumnSchema { name: (*name).to_owned(), ..ColumnSchema::default() }).collect()
    }

    #[test]
    fn a_column_is_renamed_and_strings_comments_and_functions_are_not() {
        let renamed = |sql| renamed(sql, &columns(&["a", "aa", "length"]), "a", "b");
        assert_eq!(renamed("a > 0 AND \"a\" <> 'a' OR aa.a"), "b > 0 AND \"b\" <> 'a' OR aa.b");
        assert_eq!(renamed("A > 0 AND [a] > 0 AND `a` > x[a]"), "b > 0 AND \"b\" > 0 AND \"b\" > x[b]");
        assert_eq!(
            renamed("a(1) > 0 -- a's\n AND a /* a */ > 'it''s a'"),
            "a(1) > 0 -- a's\n AND b /* a */ > 'it''s a'"
        );
        assert_eq!(renamed("ä'a"), "ä'a");
        for broken in ["\"", "'", "`", "[", "/*", "--", "", "\"\"\"", "[a"] {
            assert_eq!(renamed(broken), broken);
        }
    }

    #[test]
    fn a_name_that_needs_quotes_gets_them() {
        let to = |name| renamed("a > 0 AND \"a\" > 0", &columns(&["a"]), "a", name);
        assert_eq!(to("order"), "\"order\" > 0 AND \"order\" > 0");
        assert_eq!(to("Order"), "\"Order\" > 0 AND \"Order\" > 0");
        assert_eq!(to("a \"b\""), "\"a \"\"b\"\"\" > 0 AND \"a \"\"b\"\"\" > 0");
        assert_eq!(to("plain"), "plain > 0 AND \"plain\" > 0");
        let from = |name, sql| renamed(sql, &columns(&[name]), name, "b");
        assert_eq!(from("a \"b\"", "\"a \"\"b\"\"\" > 0 AND a > \"b\""), "\"b\" > 0 AND a > \"b\"");
        assert_eq!(from("user", "user <> \"user\""), "b <> \"b\"");
    }

    #[test]
    fn names_that_differ_in_their_case_are_different_columns() {
        let of = |from| renamed("\"Total\" > \"total\" AND Total > TOTAL", &columns(&["Total", "total"]), from, "b");
        assert_eq!(of("Total"), "\"b\" > \"total\" AND Total > TOTAL");
        assert_eq!(of("total"), "\"Total\" > \"b\" AND b > b");
    }

    #[test]
    fn expressions_are_compared_without_the_quotes_of_columns() {
        let same = |one, other| same(one, other, &columns(&["user", "Total", "words"]));
        assert!(same("words > 0", "\"words\" > 0") && same("Total > [total]", "\"Total\" > \"Total\""));
        assert!(!same("user <> ''", "\"user\" <> ''"), "one is a function");
        assert!(!same("words > 0", "words  > 0") && !same("words <> 'a'", "words <> 'A'"));
    }

    #[test]
    fn a_column_is_found_where_it_is_used() {
        for sql in ["Credits > 0", "\"credits\" > 0", "x.[credits] > 0"] {
            assert!(mentions(sql, "credits"), "{sql}");
        }
        for sql in ["credits_of > 0", "'credits' > 0", "credits(1)", "\"my credits\" > 0", "-- credits"] {
            assert!(!mentions(sql, "credits"), "{sql}");
        }
        assert!(mentions("\"say \"\"hi\"\"\" > 0", "say \"hi\""));
    }
}
