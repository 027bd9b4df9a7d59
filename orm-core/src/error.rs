//! What can go wrong, as one opaque type that answers questions.

mod constructors;
mod display;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::value::Mismatch;

/// The result of whatever talks to a database.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
///
/// `Display` says what is wrong, where, and what to do about it; it never shows a bound value. Programs ask questions,
/// such as [`is_not_found`](Error::is_not_found) or [`is_unique_violation`](Error::is_unique_violation); the driver's
/// own error is the [`source`](StdError::source).
#[derive(Clone)]
pub struct Error(Box<Repr>);

#[derive(Clone)]
struct Repr {
    kind: ErrorKind,
    /// The statement that failed, when one did.
    statement: Option<Box<str>>,
    /// What the database's server says besides.
    server: Option<Box<Server>>,
    /// Whether changes of the statement are still there.
    leaves: Leaves,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// The migration that failed, if one did.
    #[cfg(feature = "migrate")]
    migration: Option<Box<OfMigration>>,
}

/// What an error says of the migration that failed.
#[cfg(feature = "migrate")]
#[derive(Clone)]
struct OfMigration {
    /// Which it is, and where it failed.
    before: String,
    /// What became of it.
    after: String,
}

/// What an error leaves of the statement that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// Nothing was changed.
    Nothing,
    /// The open transaction holds its changes.
    Uncommitted,
    /// Its changes are committed.
    Committed,
}

/// What a server says of an error besides what we say.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) sqlstate: Box<str>,
    /// May carry values.
    pub(crate) detail: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) enum ErrorKind {
    NotFound {
        model: &'static str,
    },
    MoreThanOne {
        model: &'static str,
    },
    Stale {
        model: &'static str,
        table: &'static str,
    },
    Decode {
        table: &'static str,
        column: Cow<'static, str>,
        rust_type: &'static str,
        mismatch: Mismatch,
    },
    OtherForm {
        model: &'static str,
        table: &'static str,
        column: &'static str,
        field: &'static str,
        /// What the column holds, and what to write.
        problem: String,
    },
    NotReturned {
        model: &'static str,
        column: &'static str,
    },
    /// A new row has no key, since the database did not assign one.
    KeyNotAssigned {
        table: &'static str,
        column: &'static str,
        /// How the column would have to be declared.
        declaration: &'static str,
    },
    /// Rows have a key in common that is to tell them apart.
    KeyNotUnique {
        model: &'static str,
        table: &'static str,
        key: String,
    },
    /// Rows came several times, since more than one is joined to them.
    JoinedToSeveral {
        table: &'static str,
    },
    /// A relation of which a value is asked may lead to several rows.
    NotSingle {
        relation: String,
        table: &'static str,
        columns: String,
    },
    /// Fewer rows were written than were sent.
    Ignored {
        table: &'static str,
        sent: usize,
        taken: usize,
    },
    Computed {
        relation: String,
        mismatch: Mismatch,
    },
    Encode {
        place: Place,
        mismatch: Mismatch,
    },
    MissingRelated {
        relation: String,
        target: &'static str,
        owner: String,
    },
    UnknownTag {
        relation: String,
        target: &'static str,
    },
    MoreThanOneRelated {
        relation: String,
        target: &'static str,
        owner: String,
    },
    Batch {
        message: String,
    },
    TooManyRows {
        relation: String,
    },
    Constraint {
        kind: Constraint,
        name: Option<String>,
        message: String,
    },
    /// A row of a join model needs a value besides the keys.
    LinkNeeds {
        relation: String,
        column: String,
    },
    NoSuchTable {
        table: String,
    },
    NoSuchColumn {
        table: Option<String>,
        column: String,
    },
    /// A trigger or view of the file has a string in double quotes.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "SQLite alone takes such strings"))]
    DoubleQuoted {
        name: String,
    },
    /// A foreign key refers to columns that are no unique key.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "SQLite alone takes such keys"))]
    ForeignKeyMismatch {
        table: String,
        target: String,
    },
    Open {
        what: String,
        problem: String,
    },
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "it takes a file"))]
    NotADatabase {
        what: String,
    },
    Busy {
        message: String,
    },
    ReadOnly {
        message: String,
    },
    /// A statement of the program's own writes, and was run as one that reads.
    WritesUnsaid,
    PoolTimeout {
        waited: Duration,
        holders: String,
    },
    Reentrant {
        held_by: String,
    },
    Interrupted,
    StatementTimeout {
        limit: Option<Duration>,
    },
    TransactionLost {
        message: String,
    },
    /// The transaction holds changes that must not be committed.
    TransactionFailed {
        cause: String,
    },
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "it takes a server"))]
    Conflict {
        message: String,
    },
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "it takes a server"))]
    ConnectionLost {
        message: String,
        outcome: Outcome,
    },
    Cursor {
        problem: &'static str,
    },
    Overflow {
        message: String,
    },
    /// Migrations cannot be applied, or do not go together with what was applied.
    #[cfg(feature = "migrate")]
    Migration {
        message: String,
    },
    Invalid {
        message: Cow<'static, str>,
    },
    Unsupported {
        message: String,
    },
    Database {
        message: String,
    },
}

/// What is known of the work that a lost connection was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "it takes a server"))]
pub(crate) enum Outcome {
    /// Nothing of it lasts.
    Undone,
    /// It may have been made to last or not.
    Unknown,
}

/// What a value that cannot be stored was meant for.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Column {
        table: &'static str,
        column: &'static str,
    },
    /// The value of a statement's parameter at a position, counted from 1, when its column is not known any more.
    Parameter(usize),
    /// A value with a name of its own.
    Bound(Cow<'static, str>),
}

/// The kinds of constraints that a database enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// A unique index or primary key.
    Unique,
    /// A reference to a row that must exist.
    ForeignKey,
    /// A column that must not be `NULL`.
    NotNull,
    /// A condition on the row.
    Check,
    /// Another kind.
    Other,
}

impl Error {
    /// No row was there where one was asked for.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound { .. })
    }

    /// The row was changed since it was read: its [version](crate::mapped::Mapped#versions) is another. What was to be
    /// written would have undone a change that the program has not seen. Read the row again and decide anew; doing the
    /// same again fails again.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Stale { .. })
    }

    /// Several rows were there where one was asked for: by [`Query::one`](crate::query::Query::one), or as the target
    /// of a to-one relation.
    #[must_use]
    pub fn is_more_than_one(&self) -> bool {
        matches!(self.0.kind, ErrorKind::MoreThanOne { .. } | ErrorKind::MoreThanOneRelated { .. })
    }

    /// A row refers to another that does not exist, and the relation says that it must.
    #[must_use]
    pub fn is_missing_related(&self) -> bool {
        matches!(self.0.kind, ErrorKind::MissingRelated { .. })
    }

    /// The tag of a row is that of no variant of the enum that a relation leads to.
    #[must_use]
    pub fn is_unknown_tag(&self) -> bool {
        matches!(self.0.kind, ErrorKind::UnknownTag { .. })
    }

    /// A column stores its values in another form than its field says; `#[model(stored = ..)]` names the form.
    ///
    /// Nothing was sent: compared in the wrong form, rows would be missed or found by mistake.
    #[must_use]
    pub fn is_other_form(&self) -> bool {
        matches!(self.0.kind, ErrorKind::OtherForm { .. })
    }

    /// A value of the database does not fit the Rust type of its column.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode { .. } | ErrorKind::Computed { .. })
    }

    /// A Rust value cannot be stored, such as a `u64` above `i64::MAX`.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Encode { .. })
    }

    /// The database ignored a row that was to be written, as a trigger does by `RAISE(IGNORE)` or by returning `NULL`, or
    /// a constraint with `ON CONFLICT IGNORE`. Nothing was written.
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Ignored { .. })
    }

    /// Two rows would be equal where the table says that they must differ.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.constraint() == Some(Constraint::Unique)
    }

    /// A row would refer to one that does not exist, or be missed by one that refers to it.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.constraint() == Some(Constraint::ForeignKey)
    }

    /// The kind of constraint that was violated, if one was.
    #[must_use]
    pub fn constraint(&self) -> Option<Constraint> {
        match self.0.kind {
            ErrorKind::Constraint { kind, .. } => Some(kind),
            ErrorKind::LinkNeeds { .. } => Some(Constraint::NotNull),
            _ => None,
        }
    }

    /// The name of the violated constraint as the database tells it. SQLite names the columns instead:
    /// `students.email`, several separated by `, `; of a foreign key it tells nothing.
    #[must_use]
    pub fn constraint_name(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Constraint { name, .. } => name.as_deref(),
            ErrorKind::LinkNeeds { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The table of the column that could not be read, of the row that was changed by others or that the database ignored, or
    /// the table that is missing.
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

    /// The column that could not be read, or that is missing.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { column, .. } => Some(column),
            ErrorKind::OtherForm { column, .. }
            | ErrorKind::KeyNotAssigned { column, .. }
            | ErrorKind::NotReturned { column, .. }
            | ErrorKind::Encode { place: Place::Column { column, .. }, .. } => Some(column),
            ErrorKind::NoSuchColumn { column, .. } | ErrorKind::DoubleQuoted { name: column } => Some(column),
            _ => None,
        }
    }

    /// Why a value and its Rust type do not go together, when that is the error.
    #[must_use]
    pub fn mismatch(&self) -> Option<&Mismatch> {
        match &self.0.kind {
            ErrorKind::Decode { mismatch, .. }
            | ErrorKind::Computed { mismatch, .. }
            | ErrorKind::Encode { mismatch, .. } => Some(mismatch),
            _ => None,
        }
    }

    /// A table or column is not in the database, a foreign key refers to columns that are no unique key, the database does
    /// not assign a key that the model leaves to it, or rows have a primary key in common.
    #[must_use]
    pub fn is_schema_mismatch(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NoSuchTable { .. }
                | ErrorKind::NoSuchColumn { .. }
                | ErrorKind::DoubleQuoted { .. }
                | ErrorKind::ForeignKeyMismatch { .. }
                | ErrorKind::NotReturned { .. }
                | ErrorKind::KeyNotAssigned { .. }
                | ErrorKind::KeyNotUnique { .. }
                | ErrorKind::NotSingle { .. }
                | ErrorKind::JoinedToSeveral { .. }
        )
    }

    /// The database could not be opened, or is none.
    #[must_use]
    pub fn is_open_failure(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Open { .. } | ErrorKind::NotADatabase { .. })
    }

    /// Another connection holds a lock, and waiting for it took too long, or a query with
    /// [`no_wait`](crate::query::Locked::no_wait) did not wait for it.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy { .. })
    }

    /// No connection of the pool became free in time.
    #[must_use]
    pub fn is_pool_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::PoolTimeout { .. })
    }

    /// The thread asked for the only connection while holding it, and would have waited for itself.
    #[must_use]
    pub fn is_reentrant(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Reentrant { .. })
    }

    /// The statement was stopped by [`Db::interrupt`](crate::db::Db::interrupt).
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Interrupted)
    }

    /// The statement took longer than the database's `statement_timeout` allows, and was stopped.
    #[must_use]
    pub fn is_statement_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::StatementTimeout { .. })
    }

    /// The transaction cannot be committed: the database rolled it back, or it holds a write whose result could not be
    /// used, such as a row that could not be read back.
    #[must_use]
    pub fn is_transaction_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TransactionLost { .. } | ErrorKind::TransactionFailed { .. })
    }

    /// The transaction conflicts with others that run at the same time, and was undone: a serialization failure or a
    /// deadlock. Running it again may succeed.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Conflict { .. })
    }

    /// The connection to the server broke, or was ended by the server.
    ///
    /// A transaction that was open is undone. [`is_outcome_unknown`](Error::is_outcome_unknown) tells when that is not
    /// certain.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ConnectionLost { .. })
    }

    /// The connection was lost while the server was making changes last, so that they may or may not be there: the
    /// answer to a `COMMIT`, or to a statement outside of a transaction, did not come.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ConnectionLost { outcome: Outcome::Unknown, .. })
    }

    /// The code of the error in the SQL standard and PostgreSQL's documentation, such as `23505`, where the database
    /// gives one. SQLite gives none.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.0.server.as_ref().map(|server| &*server.sqlstate)
    }

    /// What the server says in detail. It often names values, such as the key that exists already, so it shows in
    /// neither `Display` nor `Debug`: a program that logs it logs what may be secret.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.server.as_ref()?.detail.as_deref()
    }

    /// A write was tried on a connection, in a transaction or on a database that only reads, or by raw SQL that does not
    /// [say that it writes](crate::sql::RawSql::writing).
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ReadOnly { .. } | ErrorKind::WritesUnsaid)
    }

    /// The cursor of a page was cut off, changed, or made for another query.
    #[must_use]
    pub fn is_bad_cursor(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Cursor { .. })
    }

    /// A number that the database computed does not fit 64 bits, such as a sum of large integers.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Overflow { .. })
    }

    /// The database knows what was asked and does not do it, such as Citus a subquery that it cannot spread over its
    /// servers.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unsupported { .. })
    }

    /// What was asked cannot be done whatever the database holds, such as SQL text with a NUL byte.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid { .. })
    }

    /// A migration failed, or the migrations do not fit what the database's history says was applied.
    ///
    /// An error of a statement in a migration also answers the other questions, such as
    /// [`is_unique_violation`](Error::is_unique_violation).
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn is_migration_failure(&self) -> bool {
        self.0.migration.is_some() || matches!(self.0.kind, ErrorKind::Migration { .. })
    }

    /// The database says what is wrong in words alone.
    pub(crate) fn is_unspecified(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Database { .. })
    }

    /// Running the same transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy { .. } | ErrorKind::Conflict { .. })
    }

    /// The text of the statement that failed, without its values.
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

/// Turns "not found" into `None`.
///
/// A trait, since only a trait can add a method to `Result`.
pub trait ResultExt<T> {
    /// `Ok(None)` when no row was found, and the result itself otherwise.
    ///
    /// # Errors
    ///
    /// Every error but "not found".
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
