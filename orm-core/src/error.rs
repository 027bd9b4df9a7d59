//! The error type: opaque, with predicates.

mod constructors;
mod display;
mod kind;

use std::error::Error as StdError;
use std::sync::Arc;

pub(crate) use kind::{ErrorKind, Outcome, Place, ResultValue};

use crate::value::Mismatch;

/// The result of an operation on a database.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of an operation on a database.
///
/// `Display` says what is wrong, where, and what to do; it never shows a bound value. Programs call predicates, such as
/// [`is_not_found`](Error::is_not_found) or [`is_unique_violation`](Error::is_unique_violation). The error of the
/// driver is the [`source`](StdError::source).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// match Student::find(&db, 99) {
///     Ok(student) => println!("{}", student.first_name),
///     Err(error) if error.is_not_found() => println!("there is no such student"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Repr>);

#[derive(Clone)]
struct Repr {
    kind: ErrorKind,
    /// The statement that failed, if one did.
    statement: Option<Box<str>>,
    /// What the server reported in addition.
    server: Option<Box<Server>>,
    /// Whether changes of the statement remain.
    leaves: Leaves,
    /// Whether the statement is raw SQL, whose names come from no model.
    is_raw: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// The file that the statement is part of, if there is one.
    file: Option<Box<InFile>>,
}

/// The context of an error in a migration or a script.
#[derive(Clone)]
struct InFile {
    /// The migration, and the place where it or the script failed.
    before: String,
    /// What happened to it.
    after: String,
    /// Whether it is a migration.
    #[cfg(feature = "migrate")]
    is_migration: bool,
}

/// What remains of the statement that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// Nothing was changed.
    Nothing,
    /// The open transaction holds its changes.
    Uncommitted,
    /// Its changes are committed.
    Committed,
}

/// What a server reported in addition to the message.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) sqlstate: Box<str>,
    /// May contain values.
    pub(crate) detail: Option<Box<str>>,
}

/// The kinds of constraints that a database enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// A unique index or primary key.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A column that must not be `NULL`.
    NotNull,
    /// A `CHECK` condition.
    Check,
    /// Another kind.
    Other,
}

impl Error {
    /// Whether no row was found where one was expected.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound { .. })
    }

    /// Whether the row was changed since it was read, so its [version](crate::mapped::Mapped#versions) differs
    /// (optimistic locking). The write would have overwritten a change that the program has not seen. Read the row
    /// again before you change it; repeating the same write fails again.
    #[doc(alias = "optimistic_lock")]
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Stale { .. })
    }

    /// Whether several rows were found where one was expected: by [`Query::one`](crate::query::Query::one), or as the
    /// target of a to-one relation.
    #[must_use]
    pub fn is_more_than_one(&self) -> bool {
        matches!(self.0.kind, ErrorKind::MoreThanOne { .. } | ErrorKind::MoreThanOneRelated { .. })
    }

    /// Whether a row refers to a row that does not exist, although the relation requires one.
    #[must_use]
    pub fn is_missing_related(&self) -> bool {
        matches!(self.0.kind, ErrorKind::MissingRelated { .. })
    }

    /// Whether the tag of a row belongs to no variant of the enum of a polymorphic relation.
    #[must_use]
    pub fn is_unknown_tag(&self) -> bool {
        matches!(self.0.kind, ErrorKind::UnknownTag { .. })
    }

    /// Whether a column stores its values in another form than its field declares; `#[model(stored = ..)]` declares the
    /// form.
    ///
    /// Nothing was sent: comparisons in the wrong form would miss rows, or find wrong ones.
    #[must_use]
    pub fn is_other_form(&self) -> bool {
        matches!(self.0.kind, ErrorKind::OtherForm { .. })
    }

    /// Whether a value of the database does not fit the Rust type of its column.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode { .. } | ErrorKind::DecodeResult { .. } | ErrorKind::Computed { .. })
    }

    /// Whether a Rust value cannot be stored, such as a `u64` above `i64::MAX`.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Encode { .. })
    }

    /// Whether the database ignored a row that was to be written, as a trigger does with `RAISE(IGNORE)` or by
    /// returning `NULL`, or a constraint with `ON CONFLICT IGNORE`. Nothing was written.
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Ignored { .. })
    }

    /// Whether a unique constraint or a primary key was violated.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.constraint() == Some(Constraint::Unique)
    }

    /// Whether a foreign key was violated: a row would refer to a row that does not exist, or a deleted row is still
    /// referred to.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.constraint() == Some(Constraint::ForeignKey)
    }

    /// Returns the kind of constraint that was violated, if one was.
    #[must_use]
    pub fn constraint(&self) -> Option<Constraint> {
        match self.0.kind {
            ErrorKind::Constraint { kind, .. } => Some(kind),
            ErrorKind::LinkNeeds { .. } => Some(Constraint::NotNull),
            _ => None,
        }
    }

    /// Returns the name of the violated constraint, if the database reports it. SQLite reports the columns of a unique
    /// key instead: `students.email`, several separated by `, `; it reports nothing for a foreign key. A check has the
    /// same name on every database: `articles__words__check`.
    #[must_use]
    pub fn constraint_name(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Constraint { name, .. } => name.as_deref(),
            ErrorKind::LinkNeeds { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Returns the table of the error: of the column that could not be read, of the row that others changed or that the
    /// database ignored, or the missing table.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { table, .. }
            | ErrorKind::OtherForm { table, .. }
            | ErrorKind::Encode { place: Place::Column { table, .. }, .. }
            | ErrorKind::Ignored { table, .. }
            | ErrorKind::KeyNotUnique { table, .. }
            | ErrorKind::NotSingle { table, .. }
            | ErrorKind::JoinedToSeveral { table }
            | ErrorKind::KeyNotAssigned { table, .. }
            | ErrorKind::Stale { table, .. } => Some(table),
            ErrorKind::NoSuchTable { table } | ErrorKind::ForeignKeyMismatch { table, .. } => Some(table),
            ErrorKind::NoSuchColumn { table, .. } => table.as_deref(),
            _ => None,
        }
    }

    /// Returns the column that could not be read, or that is missing.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { column, .. } => Some(column),
            ErrorKind::OtherForm { column, .. }
            | ErrorKind::KeyNotAssigned { column, .. }
            | ErrorKind::NotReturned { column, .. }
            | ErrorKind::Encode { place: Place::Column { column, .. }, .. } => Some(column),
            ErrorKind::DecodeResult { value: ResultValue::Named(column), .. }
            | ErrorKind::NoSuchColumn { column, .. }
            | ErrorKind::DoubleQuoted { name: column } => Some(column),
            ErrorKind::Broken { column, .. } => column.as_deref(),
            _ => None,
        }
    }

    /// Returns why a value does not fit its Rust type, if that is the error.
    #[must_use]
    pub fn mismatch(&self) -> Option<&Mismatch> {
        match &self.0.kind {
            ErrorKind::Decode { mismatch, .. }
            | ErrorKind::DecodeResult { mismatch, .. }
            | ErrorKind::Computed { mismatch, .. }
            | ErrorKind::Encode { mismatch, .. } => Some(mismatch),
            _ => None,
        }
    }

    /// Whether the database differs from the models: a table or column is missing, a foreign key refers to columns that
    /// are not a unique key, the database does not generate a key that the model leaves to it, or rows have the same
    /// primary key.
    #[must_use]
    pub fn is_schema_mismatch(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NoSuchTable { .. }
                | ErrorKind::NoSuchColumn { .. }
                | ErrorKind::DoubleQuoted { .. }
                | ErrorKind::Broken { .. }
                | ErrorKind::ForeignKeyMismatch { .. }
                | ErrorKind::NotReturned { .. }
                | ErrorKind::KeyNotAssigned { .. }
                | ErrorKind::KeyNotUnique { .. }
                | ErrorKind::NotSingle { .. }
                | ErrorKind::JoinedToSeveral { .. }
        )
    }

    /// Whether the database cannot be opened: the file or server is not accessible, or the file is not a database.
    #[must_use]
    pub fn is_open_failure(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Open { .. } | ErrorKind::NotADatabase { .. })
    }

    /// Whether another connection held a lock for too long, or [`no_wait`](crate::query::Locked::no_wait) found a
    /// locked row.
    #[doc(alias = "locked")]
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy { .. })
    }

    /// Whether no connection of the pool became free in time.
    #[must_use]
    pub fn is_pool_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::PoolTimeout { .. })
    }

    /// Whether the thread needed the only connection while it held it, and would have waited for itself forever.
    #[doc(alias = "deadlock")]
    #[must_use]
    pub fn is_reentrant(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Reentrant { .. })
    }

    /// Whether [`Db::interrupt`](crate::db::Db::interrupt) stopped the statement.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Interrupted)
    }

    /// Whether the statement took longer than the `statement_timeout` of the database, and was stopped.
    #[must_use]
    pub fn is_statement_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::StatementTimeout { .. })
    }

    /// Whether the transaction cannot be committed: the database rolled it back, or it contains a write whose result
    /// could not be used, such as a row that could not be read back.
    #[must_use]
    pub fn is_transaction_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TransactionLost { .. } | ErrorKind::TransactionFailed { .. })
    }

    /// Whether the transaction conflicted with others that ran at the same time, and was rolled back: a serialization
    /// failure or a deadlock. Running it again may succeed.
    #[doc(alias = "deadlock")]
    #[doc(alias = "serialization_failure")]
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Conflict { .. })
    }

    /// Whether the connection to the server was lost, or ended by the server.
    ///
    /// An open transaction is rolled back. [`is_outcome_unknown`](Error::is_outcome_unknown) says whether that is
    /// uncertain.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ConnectionLost { .. })
    }

    /// Whether the connection was lost while the server committed, so the changes may or may not be there: no answer
    /// arrived to a `COMMIT`, or to a statement outside of a transaction.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ConnectionLost { outcome: Outcome::Unknown, .. })
    }

    /// Returns the SQLSTATE code of the error, as PostgreSQL's documentation lists it, such as `23505`. SQLite has
    /// none.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.0.server.as_ref().map(|server| &*server.sqlstate)
    }

    /// Returns the server's detail message. It often contains values, such as the duplicate key, so neither `Display`
    /// nor `Debug` shows it: a program that logs it may log secrets.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.server.as_ref()?.detail.as_deref()
    }

    /// Whether a write was tried on a connection, in a transaction or on a database that is read-only, or by raw SQL
    /// without [`writing`](crate::sql::RawSql::writing).
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ReadOnly { .. } | ErrorKind::WritesUnsaid)
    }

    /// Whether the cursor of a page was truncated, changed, or made for another query.
    #[must_use]
    pub fn is_bad_cursor(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Cursor { .. })
    }

    /// Whether a number that the database computed does not fit 64 bits, such as a sum of large integers.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Overflow { .. })
    }

    /// Whether the database does not support the operation, as Citus does not support a subquery that it cannot
    /// distribute.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unsupported { .. })
    }

    /// Whether the operation is impossible in any database, such as SQL text with a NUL byte.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid { .. })
    }

    /// Whether a migration failed, or the migrations do not match the migration history.
    ///
    /// The other predicates also apply to an error of a statement in a migration, such as
    /// [`is_unique_violation`](Error::is_unique_violation).
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn is_migration_failure(&self) -> bool {
        self.0.file.as_ref().is_some_and(|file| file.is_migration) || matches!(self.0.kind, ErrorKind::Migration { .. })
    }

    /// Whether the database reports the error only as a message.
    pub(crate) fn is_unspecified(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Database { .. })
    }

    /// Whether running the same transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy { .. } | ErrorKind::Conflict { .. })
    }

    /// Returns the SQL of the statement that failed, without its values.
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// An extension of [`Result`] that converts "not found" to `None`.
///
/// This is a trait because only a trait can add a method to `Result`.
pub trait ResultExt<T> {
    /// Converts "not found" to `Ok(None)`, and keeps every other result.
    ///
    /// # Errors
    ///
    /// Returns every error except "not found".
    fn optional(self) -> Result<Option<T>>;
}

impl<T> ResultExt<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
