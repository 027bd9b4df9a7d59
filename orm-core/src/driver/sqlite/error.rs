//! SQLite's errors as ours.

use rusqlite::ffi::{self, ErrorCode};

use crate::error::{Constraint, Error, Kind};

/// The error of a statement that runs.
pub(super) fn convert(error: rusqlite::Error) -> Error {
    convert_in(error, "")
}

/// The error of a statement, whose text tells what its aliases stand for.
pub(super) fn convert_in(error: rusqlite::Error, statement: &str) -> Error {
    Error::new(kind(&error, statement)).with_source(error)
}

/// The error of opening `what`.
pub(super) fn convert_open(error: rusqlite::Error, what: &str) -> Error {
    let what = what.to_owned();
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Kind::NotADatabase { what },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => kind(&error, ""),
        _ => Kind::Open { what, problem: message(&error) },
    };
    Error::new(kind).with_source(error)
}

fn kind(error: &rusqlite::Error, statement: &str) -> Kind {
    let message = message(error);
    if matches!(error, rusqlite::Error::MultipleStatement) {
        return Kind::Invalid { message: "the text holds more than one statement; run them one by one".into() };
    }
    let Some(code) = error.sqlite_error() else {
        return missing(&message, statement).unwrap_or(Kind::Database { message });
    };
    match code.code {
        ErrorCode::ConstraintViolation => constraint(code.extended_code, message),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Kind::Busy { message },
        ErrorCode::ReadOnly => Kind::ReadOnly { message },
        ErrorCode::OperationInterrupted => Kind::Interrupted,
        ErrorCode::NotADatabase => Kind::NotADatabase { what: "the file".to_owned() },
        _ => missing(&message, statement).unwrap_or(Kind::Database { message }),
    }
}

fn constraint(extended_code: i32, message: String) -> Kind {
    let kind = match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Constraint::Unique
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
        _ => Constraint::Other,
    };
    // "UNIQUE constraint failed: students.email"
    let name = message.split_once("constraint failed: ").map(|(_, name)| name.to_owned());
    Kind::Constraint { kind, name, message }
}

/// SQLite tells of a missing table or column in its message alone.
fn missing(message: &str, statement: &str) -> Option<Kind> {
    if let Some((_, table)) = message.split_once("no such table: ") {
        return Some(Kind::NoSuchTable { table: table.to_owned() });
    }
    if let Some((_, column)) = message.split_once("no such column: ") {
        return Some(missing_column(column, statement));
    }
    // "table students has no column named email"
    let (table, column) = message.strip_prefix("table ")?.split_once(" has no column named ")?;
    Some(Kind::NoSuchColumn { table: Some(table.to_owned()), column: column.to_owned() })
}

/// The column of `t0.email`, of `email`, or of `"email" - should this be a string literal in single-quotes?`, and the
/// table that the statement calls `t0`.
fn missing_column(text: &str, statement: &str) -> Kind {
    let text = text.split_once(" - should this be").map_or(text, |(name, _)| name.trim_matches('"'));
    let qualified = text.split_once('.').and_then(|(alias, column)| Some((table_called(alias, statement)?, column)));
    match qualified {
        Some((table, column)) => Kind::NoSuchColumn { table: Some(table), column: column.to_owned() },
        None => Kind::NoSuchColumn { table: table_updated(statement), column: text.to_owned() },
    }
}

/// The name before ` AS t0`.
fn table_called(alias: &str, statement: &str) -> Option<String> {
    let called = format!("\" AS {alias}");
    let follows = |end: usize| !statement[end..].starts_with(|next: char| next.is_ascii_alphanumeric());
    let (at, _) = statement.match_indices(&called).find(|(at, text)| follows(at + text.len()))?;
    let before = &statement[..at];
    // A doubled quote is part of the name; the first of an odd number opens it.
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

/// The table of a statement that knows no aliases.
fn table_updated(statement: &str) -> Option<String> {
    let rest = statement.strip_prefix("UPDATE \"").or_else(|| statement.strip_prefix("DELETE FROM \""))?;
    let (table, _) = rest.split_once("\" SET ").or_else(|| rest.split_once("\" WHERE "))?;
    Some(table.replace("\"\"", "\""))
}

fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
