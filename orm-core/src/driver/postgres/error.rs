//! Converting PostgreSQL's errors.

use std::error::Error as StdError;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

use super::lost::{Lost, Word};
use super::value::Refused;
use crate::driver::names::missing_column;
use crate::error::{Constraint, Error, ErrorKind, Outcome, Server};

/// The error of a statement, whose SQL explains the aliases in the message.
pub(super) fn convert(error: tokio_postgres::Error, statement: &str) -> Error {
    if let Some(said) = error.as_db_error() {
        // The error of tokio-postgres is not kept as the source: it prints the detail, which contains values.
        return Error::new(kind(said, statement)).with_server(server_error(said));
    }
    if let Some(refused) = refused(&error) {
        return Error::encode_parameter(refused.position, refused.mismatch.clone());
    }
    if error.is_closed() {
        return lost(None);
    }
    let message = described(&error);
    match error.into_source() {
        Some(source) => Error::new(ErrorKind::Database { message }).with_source(Text(source.to_string())),
        None => Error::new(ErrorKind::Database { message }),
    }
}

/// The error of a lost connection.
pub(super) fn lost(why: Option<&Lost>) -> Error {
    let (message, server) = why.map_or_else(|| (CLOSED.to_owned(), None), reason);
    with(Error::new(ErrorKind::ConnectionLost { message, outcome: Outcome::RolledBack }), server)
}

/// The error of connecting to `what`.
pub(super) fn convert_connect(lost: Lost, what: &str) -> Error {
    if let Lost::Unprotected(error) = lost {
        return error;
    }
    let (problem, server) = reason(&lost);
    with(Error::new(ErrorKind::Open { what: what.to_owned(), problem }), server)
}

const CLOSED: &str = "the server closed the connection";

/// Why the connection was lost, and what the server reported about it.
fn reason(why: &Lost) -> (String, Option<Server>) {
    let reason = match why {
        Lost::Said(error) => match error.as_db_error() {
            Some(said) => return (shown(said), Some(server_error(said))),
            None if error.is_closed() => CLOSED.to_owned(),
            None => described(error),
        },
        Lost::Socket(error) => error.to_string(),
        Lost::Closed => CLOSED.to_owned(),
        Lost::Late => "the server did not answer in time".to_owned(),
        Lost::Silent { waited, word } => silence(*waited, *word),
        Lost::Stopped => "it was interrupted, and the server did not answer to that".to_owned(),
        Lost::Unwanted(reason) => (*reason).to_owned(),
        Lost::Unprotected(error) => error.to_string(),
    };
    (reason, None)
}

fn silence(waited: Duration, word: Word) -> String {
    let why = match word {
        Word::AtWork | Word::Idle => "its process is not running it",
        Word::Gone => "its process no longer exists",
        Word::Unreachable => "the reason cannot be found out",
    };
    format!("the server did not answer for {waited:?} (`answer_timeout`), and {why}")
}

fn with(error: Error, server: Option<Server>) -> Error {
    match server {
        Some(server) => error.with_server(server),
        None => error,
    }
}

/// Why a prepared statement no longer fits the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// The server refused it.
    Refused,
    /// A value did not fit the type that the statement had when it was prepared, and was not sent.
    Unsent,
}

/// Whether a prepared statement may no longer fit the tables, or is no longer known to the server. A `known` one was
/// valid when it was prepared.
pub(super) fn stale(error: &tokio_postgres::Error, known: bool) -> Option<Stale> {
    let Some(said) = error.as_db_error() else {
        return (known && refused(error).is_some()).then_some(Stale::Unsent);
    };
    let is_stale = match *said.code() {
        // The message is in the language of the server; the name of its function is not. CockroachDB has other
        // functions, and one language.
        SqlState::FEATURE_NOT_SUPPORTED => {
            said.routine() == Some("RevalidateCachedQuery")
                || said.message() == "cached plan must not change result type"
        }
        SqlState::INVALID_SQL_STATEMENT_NAME => true,
        // The types are no longer compatible.
        SqlState::DATATYPE_MISMATCH | SqlState::UNDEFINED_FUNCTION | SqlState::CANNOT_COERCE => known,
        _ => false,
    };
    is_stale.then_some(Stale::Refused)
}

/// Whether a text was not a value of the type that a statement was prepared for. A table may have another type by now,
/// which accepts the text; some types report this as an internal error.
pub(super) fn may_be_outdated(error: &tokio_postgres::Error) -> bool {
    let code = error.code();
    code == Some(&SqlState::INVALID_TEXT_REPRESENTATION) || code == Some(&SqlState::INTERNAL_ERROR)
}

/// Why a parameter was not sent.
fn refused(error: &tokio_postgres::Error) -> Option<&Refused> {
    error.source()?.downcast_ref()
}

/// An error of tokio-postgres and its cause, in one line.
fn described(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// An error that is only a text.
#[derive(Debug)]
struct Text(String);

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Text {}

fn server_error(said: &DbError) -> Server {
    // A message that is not shown completely is kept with the detail.
    let message = said.message();
    let whole = (shown(said) != message).then(|| message.to_owned());
    let detail = match (whole, said.detail()) {
        (Some(whole), Some(detail)) => Some(format!("{whole}\n{detail}")),
        (whole, detail) => whole.or_else(|| detail.map(ToOwned::to_owned)),
    };
    Server { sqlstate: said.code().code().into(), detail: detail.map(Into::into) }
}

/// The message without values: the message of a data error quotes them, and the author of a database function writes
/// its messages.
fn shown(said: &DbError) -> String {
    let message = said.message();
    if is_of_a_function(said) {
        return "a function or trigger of the database raised an error; `detail()` has its message".to_owned();
    }
    // A value may hold quotes too.
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if said.code().code().starts_with("22") => {
            format!("{}\"…\"{}", &message[..first], message.get(last + 1..).unwrap_or_default())
        }
        _ => message.to_owned(),
    }
}

/// Whether the author of a function wrote a message: `RAISE EXCEPTION 'no room for %', NEW.name`, or the same in other
/// languages.
fn is_of_a_function(said: &DbError) -> bool {
    let (code, routine) = (said.code().code(), said.routine().unwrap_or_default());
    // The codes of PL/pgSQL, and of external routines; a function may give its error any other code.
    code.starts_with("P0")
        || code.starts_with("38")
        || routine.starts_with("exec_stmt_")
        || routine.starts_with("PLy_")
        || routine.starts_with("plperl_")
        || routine.starts_with("pltcl_")
}

fn kind(said: &DbError, statement: &str) -> ErrorKind {
    let message = shown(said);
    match *said.code() {
        SqlState::UNIQUE_VIOLATION => constraint(Constraint::Unique, said),
        SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => constraint(Constraint::ForeignKey, said),
        SqlState::NOT_NULL_VIOLATION => constraint(Constraint::NotNull, said),
        SqlState::CHECK_VIOLATION => constraint(Constraint::Check, said),
        SqlState::EXCLUSION_VIOLATION | SqlState::INTEGRITY_CONSTRAINT_VIOLATION => constraint(Constraint::Other, said),
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => ErrorKind::Conflict { message },
        // CockroachDB lost the server that had to answer, and continues.
        SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN => ErrorKind::ConnectionLost { message, outcome: Outcome::Unknown },
        SqlState::LOCK_NOT_AVAILABLE | SqlState::OBJECT_IN_USE => ErrorKind::Busy { message },
        // The code is the same, and so is the function that reports it.
        SqlState::QUERY_CANCELED if said.message().contains("timeout") => ErrorKind::StatementTimeout { limit: None },
        SqlState::QUERY_CANCELED => ErrorKind::Interrupted,
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE => ErrorKind::Overflow { message },
        SqlState::READ_ONLY_SQL_TRANSACTION => ErrorKind::ReadOnly { message },
        SqlState::IN_FAILED_SQL_TRANSACTION => ErrorKind::TransactionLost { message },
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            ErrorKind::ConnectionLost { message, outcome: Outcome::RolledBack }
        }
        SqlState::UNDEFINED_TABLE => match quoted(&message) {
            Some(table) => ErrorKind::NoSuchTable { table },
            None => ErrorKind::Database { message },
        },
        SqlState::UNDEFINED_COLUMN => match column(&message) {
            Some((column, Some(table))) => ErrorKind::NoSuchColumn { table: Some(table), column },
            Some((column, None)) => missing_column(&column, statement),
            None => ErrorKind::Database { message },
        },
        SqlState::SYNTAX_ERROR if said.routine() == Some("exec_parse_message") => ErrorKind::several_statements(),
        SqlState::FEATURE_NOT_SUPPORTED => ErrorKind::Unsupported { message },
        _ => ErrorKind::Database { message },
    }
}

fn constraint(kind: Constraint, said: &DbError) -> ErrorKind {
    // A column that must not be NULL has no constraint with a name.
    let name = match (said.constraint(), said.table(), said.column()) {
        (Some(name), ..) => Some(name.to_owned()),
        (None, Some(table), Some(column)) => Some(format!("{table}.{column}")),
        _ => None,
    };
    ErrorKind::Constraint { kind, name, message: shown(said) }
}

/// The column of `column t0.email does not exist`, or `column "email" of relation "students" does not exist`, and its
/// table if it is named.
fn column(message: &str) -> Option<(String, Option<String>)> {
    let rest = message.strip_prefix("column ")?;
    if let Some(rest) = rest.strip_prefix('"') {
        let (column, rest) = rest.split_once('"')?;
        return Some((column.to_owned(), quoted(rest)));
    }
    Some((rest.split_once(" does not exist")?.0.to_owned(), None))
}

/// The first name in double quotes.
fn quoted(message: &str) -> Option<String> {
    message.split('"').nth(1).map(ToOwned::to_owned)
}
