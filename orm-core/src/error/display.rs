//! The message of an error: what is wrong, where, and what to do; never a bound value.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::{Constraint, Error, ErrorKind, Leaves, Outcome, Place, ResultValue};
use crate::value::Mismatch;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(Escaping(f), "{}", file.before)?;
        }
        if self.is_of_rows_referred_to() {
            f.write_str(
                "a row cannot be deleted, since others refer to it by a foreign key; \
                 delete those first, or declare an `on_delete` action",
            )?;
        } else if self.0.is_raw && matches!(self.0.kind, ErrorKind::NoSuchTable { .. } | ErrorKind::NoSuchColumn { .. })
        {
            write!(Escaping(f), "{}", MissingInSql(&self.0.kind))?;
        } else {
            write!(Escaping(f), "{}", self.0.kind)?;
        }
        if self.0.leaves == Leaves::Committed {
            f.write_str("; the changes of the statement are committed nevertheless")?;
        }
        if let Some(file) = &self.0.file {
            write!(Escaping(f), "{}", file.after)?;
        }
        Ok(())
    }
}

impl Error {
    /// Whether a statement would have deleted rows that others refer to. No database reports this as a separate kind of
    /// error.
    fn is_of_rows_referred_to(&self) -> bool {
        let deletes = self.0.statement.as_ref().is_some_and(|statement| {
            statement.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("DELETE"))
        });
        deletes && self.is_foreign_key_violation()
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::NotFound { model } => write!(f, "no `{model}` was found"),
            ErrorKind::Stale { model, table } => write!(
                f,
                "this `{model}` was changed in table `{table}` since it was read; read it again before you change it"
            ),
            ErrorKind::MoreThanOne { model } => {
                write!(f, "more than one `{model}` was found where one was expected; filter the query, or use `first`")
            }
            ErrorKind::Decode { table, column, rust_type, mismatch } => {
                write!(f, "column `{column}` of table `{table}` does not hold a `{rust_type}`: {mismatch}")
            }
            ErrorKind::DecodeResult { value, rust_type, mismatch } => {
                describe_result(f, value, rust_type.as_deref(), mismatch)
            }
            ErrorKind::OtherForm { model, table, column, field, problem } => {
                write!(f, "column `{column}` of table `{table}`, the field `{model}.{field}`, {problem}")
            }
            ErrorKind::NotReturned { model, column } => {
                write!(f, "the statement returns no column `{column}`, which `{model}` needs")
            }
            ErrorKind::Ignored { .. }
            | ErrorKind::KeyNotAssigned { .. }
            | ErrorKind::LinkNeeds { .. }
            | ErrorKind::WritesUnsaid
            | ErrorKind::TransactionFailed { .. } => describe_write(f, self),
            ErrorKind::Computed { relation, mismatch } => {
                write!(f, "a value computed from `{relation}` is not of the expected type: {mismatch}")
            }
            ErrorKind::Encode { place: Place::Column { table, column }, mismatch } => {
                write!(f, "a value for `{table}.{column}` cannot be stored: {mismatch}")
            }
            ErrorKind::Encode { place: Place::Parameter(position), mismatch } => {
                write!(f, "the value of parameter {position} cannot be stored: {mismatch}")
            }
            ErrorKind::Encode { place: Place::Bound(what), mismatch } => {
                write!(f, "{what} cannot be stored: {mismatch}")
            }
            ErrorKind::KeyNotUnique { .. }
            | ErrorKind::NotSingle { .. }
            | ErrorKind::JoinedToSeveral { .. }
            | ErrorKind::MissingRelated { .. }
            | ErrorKind::UnknownTag { .. }
            | ErrorKind::MoreThanOneRelated { .. } => describe_data(f, self),
            ErrorKind::Batch { message } => write!(f, "a batch loader failed: {message}"),
            ErrorKind::TooManyRows { relation } => {
                write!(
                    f,
                    "`{relation}` leads to more than {} rows; filter the query, or load the rows in chunks",
                    u32::MAX
                )
            }
            ErrorKind::Constraint { kind, name, message } => match (kind, name) {
                (Constraint::Unique, Some(name)) => write!(f, "a row with the same `{name}` exists already"),
                (Constraint::NotNull, Some(name)) => write!(f, "`{name}` must not be NULL"),
                (Constraint::Check, Some(name)) => write!(f, "the row violates the check `{name}`"),
                (Constraint::ForeignKey, _) => f.write_str(
                    "a foreign key would refer to a row that does not exist; \
                     insert the row referred to first, or delete the rows that refer to it first",
                ),
                _ => write!(f, "a constraint was violated: {message}"),
            },
            ErrorKind::NoSuchTable { .. }
            | ErrorKind::NoSuchColumn { .. }
            | ErrorKind::Broken { .. }
            | ErrorKind::DoubleQuoted { .. }
            | ErrorKind::ForeignKeyMismatch { .. } => describe_schema(f, self),
            ErrorKind::Open { what, problem } => write!(f, "cannot open `{what}`: {problem}"),
            ErrorKind::NotADatabase { what } => write!(f, "`{what}` is not an SQLite database"),
            ErrorKind::Busy { message } => write!(f, "the database is locked by another connection: {message}"),
            ErrorKind::ReadOnly { message } => write!(f, "the database cannot be written: {message}"),
            ErrorKind::PoolTimeout { waited, holders } => {
                write!(f, "no connection became free within {waited:?}; {holders}")
            }
            ErrorKind::Reentrant { held_by } => write!(
                f,
                "this thread holds the connection already ({held_by}) and would wait for itself; \
                 run the query on the transaction, or finish with it first"
            ),
            ErrorKind::Interrupted => f.write_str("the statement was interrupted; its changes are rolled back"),
            ErrorKind::StatementTimeout { limit } => describe_timeout(f, *limit),
            ErrorKind::TransactionLost { message } => {
                write!(f, "the database rolled the transaction back ({message}); start a new one")
            }
            ErrorKind::Conflict { message } => write!(
                f,
                "the transaction conflicts with another one and was rolled back ({message}); run it again, \
                 as `Db::transaction_with_retries` does"
            ),
            ErrorKind::ConnectionLost { message, outcome } => describe_loss(f, message, *outcome),
            ErrorKind::Overflow { message } => write!(f, "a computed number does not fit 64 bits: {message}"),
            ErrorKind::Cursor { problem } => write!(f, "the cursor of a page cannot be used: {problem}"),
            #[cfg(feature = "migrate")]
            ErrorKind::Migration { message } => f.write_str(message),
            ErrorKind::Invalid { message } => f.write_str(message),
            ErrorKind::Unsupported { message } => write!(f, "the database does not support this: {message}"),
            ErrorKind::Database { message } => write!(f, "the database reports: {message}"),
        }
    }
}

fn describe_result(
    f: &mut fmt::Formatter<'_>,
    value: &ResultValue,
    rust_type: Option<&str>,
    mismatch: &Mismatch,
) -> fmt::Result {
    match value {
        ResultValue::Named(column) => write!(f, "column `{column}` of the statement's result")?,
        ResultValue::Numbered(number) => write!(f, "column {number} of the statement's result")?,
        ResultValue::SortKey => f.write_str("a value that the rows are ordered by")?,
    }
    match rust_type {
        Some(rust_type) => write!(f, " does not hold a `{rust_type}`: {mismatch}"),
        None => write!(f, " cannot be read: {mismatch}"),
    }
}

/// Errors of tables and columns, and of what uses them.
fn describe_schema(f: &mut fmt::Formatter<'_>, kind: &ErrorKind) -> fmt::Result {
    match kind {
        ErrorKind::NoSuchTable { .. } => {
            describe_missing(f, kind)?;
            f.write_str("; create it, or name the table with `#[model(table = \"..\")]`")
        }
        ErrorKind::NoSuchColumn { .. } => {
            describe_missing(f, kind)?;
            f.write_str("; add it, or name the column with `#[model(column = \"..\")]`")
        }
        ErrorKind::Broken { kind, name, problem, .. } => {
            write!(
                f,
                "the {kind} `{name}` {problem}; drop the {kind} first, and create it again afterwards if you need it"
            )
        }
        ErrorKind::DoubleQuoted { name } => describe_double_quoted(f, name),
        ErrorKind::ForeignKeyMismatch { table, target } => describe_foreign_key_mismatch(f, table, target),
        _ => Ok(()),
    }
}

/// What is missing: a table, or a column.
fn describe_missing(f: &mut fmt::Formatter<'_>, kind: &ErrorKind) -> fmt::Result {
    match kind {
        ErrorKind::NoSuchTable { table } => write!(f, "the database has no table `{table}`"),
        ErrorKind::NoSuchColumn { table: Some(table), column } => write!(f, "table `{table}` has no column `{column}`"),
        ErrorKind::NoSuchColumn { table: None, column } => write!(f, "the database has no column `{column}`"),
        _ => Ok(()),
    }
}

/// What is missing, for SQL that no model wrote.
struct MissingInSql<'e>(&'e ErrorKind);

impl fmt::Display for MissingInSql<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe_missing(f, self.0)?;
        f.write_str(match self.0 {
            ErrorKind::NoSuchTable { .. } => "; correct the name in the SQL, or create the table",
            _ => "; correct the name in the SQL, or add the column",
        })
    }
}

fn describe_double_quoted(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    write!(
        f,
        "a trigger or view of the database uses \"{name}\", and there is no such column; if it is meant as a string, \
         write '{name}' there, or open the file with the option `double_quoted_strings(true)`"
    )
}

fn describe_foreign_key_mismatch(f: &mut fmt::Formatter<'_>, table: &str, target: &str) -> fmt::Result {
    write!(
        f,
        "a foreign key of table `{table}` refers to columns of `{target}` that are not a unique key, so neither table \
         can be written; add a unique index on these columns, or open the file with the option \
         `foreign_keys(false)`"
    )
}

/// Errors of writes that the database itself would accept, or explain badly.
fn describe_write(f: &mut fmt::Formatter<'_>, kind: &ErrorKind) -> fmt::Result {
    match kind {
        ErrorKind::Ignored { table, sent, taken } => describe_ignored(f, table, *sent, *taken),
        ErrorKind::KeyNotAssigned { table, column, declaration } => write!(
            f,
            "`{table}.{column}` was left out, and the database does not generate a key for it; declare the column as \
             `{declaration}`, or insert the model itself, with its key; nothing was changed"
        ),
        ErrorKind::LinkNeeds { relation, column } => write!(
            f,
            "a link of `{relation}` needs a value for `{column}`; give the field a default, \
             or make the row yourself with `link_with`"
        ),
        ErrorKind::WritesUnsaid => f.write_str(
            "the statement writes, and `rows` and `tuples` run it where it can only read; \
             write `.writing()` before them, or use `execute` if it returns no rows",
        ),
        ErrorKind::TransactionFailed { cause } => write!(
            f,
            "the transaction can only be rolled back, since it holds a write whose result could not be used ({cause}); \
             to continue after such an error, run the write in `tx.transaction(..)`, which is a savepoint"
        ),
        _ => Ok(()),
    }
}

/// Errors of rows that contradict their model.
fn describe_data(f: &mut fmt::Formatter<'_>, kind: &ErrorKind) -> fmt::Result {
    match kind {
        ErrorKind::KeyNotUnique { model, table, key } => write!(
            f,
            "two rows of `{table}` have the same primary key ({key}) of the model `{model}`; name columns that are \
             unique: `#[model(primary_key(..))]`"
        ),
        ErrorKind::NotSingle { relation, table, columns } => write!(
            f,
            "`{relation}` may lead to several rows, because `{table}` has no unique index of ({columns}); create one, \
             or use an aggregate, such as `max` in place of `value`"
        ),
        ErrorKind::JoinedToSeveral { table } => write!(
            f,
            "rows of `{table}` were returned several times, because their primary key or the key of a joined table is \
             not unique; name columns that are unique: `#[model(primary_key(..))]`"
        ),
        ErrorKind::MissingRelated { relation, target, owner, column } => {
            write!(f, "`{relation}`: {owner} refers to a `{target}` that does not exist")?;
            if let Some(column) = column {
                write!(f, ", by column `{column}`")?;
            }
            f.write_str("; fix the data, or make the key an `Option` to read such rows")
        }
        ErrorKind::UnknownTag { relation, target, owner, column } => write!(
            f,
            "`{relation}`: the tag of {owner} in column `{column}` belongs to no variant of `{target}`; \
             add a variant, or name the tag with `#[polymorphic(tag = \"..\")]`"
        ),
        ErrorKind::MoreThanOneRelated { relation, target, owner } => write!(
            f,
            "`{relation}`: {owner} has more than one `{target}`; \
             make the relation a `has_many`, or its foreign key unique"
        ),
        _ => Ok(()),
    }
}

fn describe_ignored(f: &mut fmt::Formatter<'_>, table: &str, sent: usize, taken: usize) -> fmt::Result {
    match sent {
        1 => f.write_str("the database ignored a row")?,
        _ => write!(f, "the database ignored {} of {sent} rows", sent.saturating_sub(taken))?,
    }
    write!(f, " of table `{table}`, as a trigger or a constraint with ON CONFLICT IGNORE does; nothing was changed")
}

fn describe_timeout(f: &mut fmt::Formatter<'_>, limit: Option<Duration>) -> fmt::Result {
    f.write_str("the statement took longer than ")?;
    match limit {
        Some(limit) => write!(f, "{limit:?}")?,
        None => f.write_str("the database allows")?,
    }
    f.write_str(" and was stopped; its changes are rolled back; read or write fewer rows, or raise `statement_timeout`")
}

fn describe_loss(f: &mut fmt::Formatter<'_>, message: &str, outcome: Outcome) -> fmt::Result {
    match outcome {
        Outcome::RolledBack => write!(f, "the connection to the database was lost: {message}"),
        Outcome::Unknown => write!(
            f,
            "the connection to the database was lost before it answered ({message}); \
             whether the changes were made is unknown"
        ),
    }
}

/// Writes text and escapes characters that would end a line or control a terminal: it may contain names that an
/// attacker chose.
struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            let is_harmful = letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if is_harmful {
                write!(self.0, "{}", letter.escape_default())?;
            } else {
                self.0.write_char(letter)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}", self.to_string())?;
        if let Some(statement) = &self.0.statement {
            write!(f, ", in {statement:?}")?;
        }
        if let Some(source) = &self.0.source {
            write!(f, ", from {:?}", source.to_string())?;
        }
        f.write_str(")")
    }
}
