//! Converting SQLite's errors.

use rusqlite::ffi::{self, ErrorCode};

use crate::driver::names::missing_column;
use crate::error::{Constraint, Error, ErrorKind};

/// The error of a statement that runs.
pub(super) fn convert(error: rusqlite::Error) -> Error {
    convert_in(error, "")
}

/// The error of a statement, whose SQL explains the aliases in the message.
pub(super) fn convert_in(error: rusqlite::Error, statement: &str) -> Error {
    Error::new(kind(&error, statement)).with_source(error)
}

/// Whether SQLite rolled a statement back because the commit was refused.
pub(super) fn is_refused_commit(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_COMMITHOOK)
}

/// Whether a connection cannot write, or cannot read what only a writing connection could prepare. A read-only
/// connection that refuses a write is as it should be.
pub(super) fn is_read_only(error: &rusqlite::Error, is_to_write: bool) -> bool {
    error.sqlite_error().is_some_and(|error| {
        error.code == ErrorCode::ReadOnly && (is_to_write || error.extended_code != ffi::SQLITE_READONLY)
    })
}

/// The error of opening `what`.
pub(super) fn convert_open(error: rusqlite::Error, what: &str) -> Error {
    let what = what.to_owned();
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ErrorKind::NotADatabase { what },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => kind(&error, ""),
        _ => ErrorKind::Open { what, problem: message(&error) },
    };
    Error::new(kind).with_source(error)
}

fn kind(error: &rusqlite::Error, statement: &str) -> ErrorKind {
    let message = message(error);
    if matches!(error, rusqlite::Error::MultipleStatement) {
        return ErrorKind::several_statements();
    }
    let Some(code) = error.sqlite_error() else {
        return missing(&message, statement).unwrap_or(ErrorKind::Database { message });
    };
    match code.code {
        ErrorCode::ConstraintViolation => constraint(code.extended_code, message),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy { message },
        ErrorCode::ReadOnly => ErrorKind::ReadOnly { message },
        ErrorCode::OperationInterrupted => ErrorKind::Interrupted,
        ErrorCode::NotADatabase => ErrorKind::NotADatabase { what: "the file".to_owned() },
        // The message of `sum`, which has no error code.
        ErrorCode::Unknown if message == "integer overflow" => ErrorKind::Overflow { message },
        _ => missing(&message, statement).unwrap_or(ErrorKind::Database { message }),
    }
}

fn constraint(extended_code: i32, message: String) -> ErrorKind {
    let kind = match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Constraint::Unique
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
        // SQLite implements `ON DELETE RESTRICT` as a trigger.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => Constraint::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
        _ => Constraint::Other,
    };
    // "UNIQUE constraint failed: students.email"
    let name = message.split_once("constraint failed: ").map(|(_, name)| name.to_owned());
    ErrorKind::Constraint { kind, name, message }
}

/// SQLite reports a missing table or column, or a foreign key that does not refer to a key, only in the message.
fn missing(message: &str, statement: &str) -> Option<ErrorKind> {
    if let Some(broken) = broken(message) {
        return Some(broken);
    }
    if let Some((_, table)) = message.split_once("no such table: ") {
        return Some(ErrorKind::NoSuchTable { table: table.to_owned() });
    }
    if let Some((_, column)) = message.split_once("no such column: ") {
        // `t0.email`, `email`, or `"email" - should this be a string literal in single-quotes?`
        let Some((quoted, _)) = column.split_once(" - should this be") else {
            return Some(missing_column(column, statement));
        };
        let name = quoted.trim_matches('"');
        // A name that is not in the statement is in a trigger or view.
        return Some(if statement.contains(quoted) {
            missing_column(name, statement)
        } else {
            ErrorKind::DoubleQuoted { name: name.to_owned() }
        });
    }
    // `foreign key mismatch - "children" referencing "parents"`
    if let Some((table, target)) =
        message.strip_prefix("foreign key mismatch - ").and_then(|tables| tables.split_once("\" referencing \""))
    {
        let [table, target] = [table, target].map(|name| name.trim_matches('"').to_owned());
        return Some(ErrorKind::ForeignKeyMismatch { table, target });
    }
    // "table students has no column named email"
    let (table, column) = message.strip_prefix("table ")?.split_once(" has no column named ")?;
    Some(ErrorKind::NoSuchColumn { table: Some(table.to_owned()), column: column.to_owned() })
}

/// `error in index live_emails after drop column: no such column: deleted_at`
fn broken(message: &str) -> Option<ErrorKind> {
    let (place, problem) = message.strip_prefix("error in ")?.split_once(": ")?;
    let (kind, name) = place.split_once(' ')?;
    let name = name.rsplit_once(" after ").map_or(name, |(name, _)| name);
    let column = problem.strip_prefix("no such column: ").map(|column| {
        let column = column.split_once(" - should this be").map_or(column, |(quoted, _)| quoted);
        column.trim_matches('"').to_owned()
    });
    let problem = match (&column, problem.strip_prefix("no such table: ")) {
        (Some(column), _) => format!("uses the column `{column}`"),
        (None, Some(table)) => format!("uses the table `{}`", table.strip_prefix("main.").unwrap_or(table)),
        (None, None) => format!("cannot be compiled any more ({problem})"),
    };
    Some(ErrorKind::Broken { kind: kind.to_owned(), name: name.to_owned(), column, problem })
}

fn message(error: &rusqlite::Error) -> String {
    let message = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    };
    // The program's own function, called by a table, trigger or view of the file.
    if message.contains("unsafe use of ") || message.contains("non-deterministic functions prohibited") {
        return message + "; define a function that the file calls by `SqliteSetup::pure_function`";
    }
    message
}

#[cfg(test)]
mod tests;
