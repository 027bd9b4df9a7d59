//! The meaning of names in a database's messages, according to the SQL of the statement.

use crate::error::ErrorKind;

/// The missing column of `t0.email`, or of `email`, and the table with the alias `t0`.
pub(super) fn missing_column(text: &str, statement: &str) -> ErrorKind {
    let qualified = text.split_once('.').and_then(|(alias, column)| Some((table_called(alias, statement)?, column)));
    match qualified {
        Some((table, column)) => ErrorKind::NoSuchColumn { table: Some(table), column: column.to_owned() },
        None => ErrorKind::NoSuchColumn { table: table_updated(statement), column: text.to_owned() },
    }
}

/// The name before ` AS t0`.
fn table_called(alias: &str, statement: &str) -> Option<String> {
    let called = format!("\" AS {alias}");
    let follows = |end: usize| !statement[end..].starts_with(|next: char| next.is_ascii_alphanumeric());
    let (at, _) = statement.match_indices(&called).find(|(at, text)| follows(at + text.len()))?;
    let before = &statement[..at];
    // A doubled quote is a part of the name; the first of an odd number opens it.
    let opening = before.char_indices().rev().filter(|&(_, letter)| letter == '"').map(|(at, _)| at);
    let mut opening = opening.peekable();
    while let Some(quote) = opening.next() {
        if quote > 0 && opening.peek() == Some(&(quote - 1)) {
            opening.next();
        } else {
            return Some(before[quote + 1..].replace("\"\"", "\""));
        }
    }
    None
}

/// The table of a statement without aliases.
fn table_updated(statement: &str) -> Option<String> {
    let rest = statement.strip_prefix("UPDATE \"").or_else(|| statement.strip_prefix("DELETE FROM \""))?;
    let (table, _) = rest.split_once("\" SET ").or_else(|| rest.split_once("\" WHERE "))?;
    Some(table.replace("\"\"", "\""))
}
