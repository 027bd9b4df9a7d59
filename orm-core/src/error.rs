//! What can go wrong, as one opaque type that answers questions.

mod display;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::schema::{ColumnDef, RelationDef, Table};
use crate::value::{Mismatch, ValueRef};

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
    kind: Kind,
    /// The statement that failed, when one did.
    statement: Option<Box<str>>,
    /// What the database's server says besides.
    server: Option<Box<Server>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What a server says of an error besides what we say.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) sqlstate: Box<str>,
    /// May carry values.
    pub(crate) detail: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
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
    NotReturned {
        model: &'static str,
        column: &'static str,
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
    NoSuchTable {
        table: String,
    },
    NoSuchColumn {
        table: Option<String>,
        column: String,
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
    Invalid {
        message: Cow<'static, str>,
    },
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "it takes a server"))]
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
        matches!(self.0.kind, Kind::NotFound { .. })
    }

    /// The row was changed since it was read: its [version](crate::model::Model#versions) is another. What was to be
    /// written would have undone a change that the program has not seen. Read the row again and decide anew; doing the
    /// same again fails again.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.0.kind, Kind::Stale { .. })
    }

    /// Several rows were there where one was asked for: by [`Query::one`](crate::query::Query::one), or as the target
    /// of a to-one relation.
    #[must_use]
    pub fn is_more_than_one(&self) -> bool {
        matches!(self.0.kind, Kind::MoreThanOne { .. } | Kind::MoreThanOneRelated { .. })
    }

    /// A row refers to another that does not exist, and the relation says that it must.
    #[must_use]
    pub fn is_missing_related(&self) -> bool {
        matches!(self.0.kind, Kind::MissingRelated { .. })
    }

    /// The tag of a row is that of no variant of the enum that a relation leads to.
    #[must_use]
    pub fn is_unknown_tag(&self) -> bool {
        matches!(self.0.kind, Kind::UnknownTag { .. })
    }

    /// A value of the database does not fit the Rust type of its column.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode { .. } | Kind::Computed { .. })
    }

    /// A Rust value cannot be stored, such as a `u64` above `i64::MAX`.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        matches!(self.0.kind, Kind::Encode { .. })
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
            Kind::Constraint { kind, .. } => Some(kind),
            _ => None,
        }
    }

    /// The name of the violated constraint as the database tells it. SQLite names the columns instead:
    /// `students.email`, several separated by `, `; of a foreign key it tells nothing.
    #[must_use]
    pub fn constraint_name(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Constraint { name, .. } => name.as_deref(),
            _ => None,
        }
    }

    /// The table of the column that could not be read, of the row that was changed by others, or that is missing.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode { table, .. }
            | Kind::Encode { place: Place::Column { table, .. }, .. }
            | Kind::Stale { table, .. } => Some(table),
            Kind::NoSuchTable { table } => Some(table),
            Kind::NoSuchColumn { table, .. } => table.as_deref(),
            _ => None,
        }
    }

    /// The column that could not be read, or that is missing.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode { column, .. } => Some(column),
            Kind::NotReturned { column, .. } | Kind::Encode { place: Place::Column { column, .. }, .. } => Some(column),
            Kind::NoSuchColumn { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Why a value and its Rust type do not go together, when that is the error.
    #[must_use]
    pub fn mismatch(&self) -> Option<&Mismatch> {
        match &self.0.kind {
            Kind::Decode { mismatch, .. } | Kind::Computed { mismatch, .. } | Kind::Encode { mismatch, .. } => {
                Some(mismatch)
            }
            _ => None,
        }
    }

    /// A table or column of a model is not in the database.
    #[must_use]
    pub fn is_schema_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::NoSuchTable { .. } | Kind::NoSuchColumn { .. } | Kind::NotReturned { .. })
    }

    /// The database could not be opened, or is none.
    #[must_use]
    pub fn is_open_failure(&self) -> bool {
        matches!(self.0.kind, Kind::Open { .. } | Kind::NotADatabase { .. })
    }

    /// Another connection holds a lock, and waiting for it took too long.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.0.kind, Kind::Busy { .. })
    }

    /// No connection of the pool became free in time.
    #[must_use]
    pub fn is_pool_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::PoolTimeout { .. })
    }

    /// The thread asked for the only connection while holding it, and would have waited for itself.
    #[must_use]
    pub fn is_reentrant(&self) -> bool {
        matches!(self.0.kind, Kind::Reentrant { .. })
    }

    /// The statement was stopped by [`Db::interrupt`](crate::db::Db::interrupt).
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// The statement took longer than the database's `statement_timeout` allows, and was stopped.
    #[must_use]
    pub fn is_statement_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::StatementTimeout { .. })
    }

    /// The database ended the transaction by itself: what was done in it is undone.
    #[must_use]
    pub fn is_transaction_lost(&self) -> bool {
        matches!(self.0.kind, Kind::TransactionLost { .. })
    }

    /// The transaction conflicts with others that run at the same time, and was undone: a serialization failure or a
    /// deadlock. Running it again may succeed.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, Kind::Conflict { .. })
    }

    /// The connection to the server broke, or was ended by the server.
    ///
    /// A transaction that was open is undone. [`is_outcome_unknown`](Error::is_outcome_unknown) tells when that is not
    /// certain.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        matches!(self.0.kind, Kind::ConnectionLost { .. })
    }

    /// The connection was lost while the server was making changes last, so that they may or may not be there: the
    /// answer to a `COMMIT`, or to a statement outside of a transaction, did not come.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.0.kind, Kind::ConnectionLost { outcome: Outcome::Unknown, .. })
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

    /// A write was tried on a connection or database that only reads.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.0.kind, Kind::ReadOnly { .. })
    }

    /// The cursor of a page was cut off, changed, or made for another query.
    #[must_use]
    pub fn is_bad_cursor(&self) -> bool {
        matches!(self.0.kind, Kind::Cursor { .. })
    }

    /// A number that the database computed does not fit 64 bits, such as a sum of large integers.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        matches!(self.0.kind, Kind::Overflow { .. })
    }

    /// The database knows what was asked and does not do it, such as Citus a subquery that it cannot spread over its
    /// servers.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0.kind, Kind::Unsupported { .. })
    }

    /// What was asked cannot be done whatever the database holds, such as SQL text with a NUL byte.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid { .. })
    }

    /// Running the same transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, Kind::Busy { .. } | Kind::Conflict { .. })
    }

    /// The text of the statement that failed, without its values.
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Error(Box::new(Repr { kind, statement: None, server: None, source: None }))
    }

    /// The error of a batch loader of the user's; it is the source.
    pub(crate) fn batch(error: Box<dyn StdError + Send + Sync>) -> Self {
        let mut wrapped = Error::new(Kind::Batch { message: error.to_string() });
        wrapped.0.source = Some(error.into());
        wrapped
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_statement(mut self, text: &str) -> Self {
        self.0.statement.get_or_insert_with(|| text.into());
        self
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Kind::Invalid { message: message.into() })
    }

    pub(crate) fn bad_cursor(problem: &'static str) -> Self {
        Error::new(Kind::Cursor { problem })
    }

    pub(crate) fn not_found(table: &'static Table) -> Self {
        Error::new(Kind::NotFound { model: table.model })
    }

    pub(crate) fn stale(table: &'static Table) -> Self {
        Error::new(Kind::Stale { model: table.model, table: table.name })
    }

    /// The error of a change that gives the version a value.
    pub(crate) fn version_is_counted(table: &'static Table) -> Self {
        let field = table.version.as_ref().map_or("", |version| table.columns[version.column].field);
        let model = table.model;
        Error::invalid(format!(
            "`{model}.{field}` is the version, which counts up by itself; leave it out of the change"
        ))
    }

    /// The error of rows that came back from several servers, and cannot be told apart.
    pub(crate) fn lost_order(table: &'static Table) -> Self {
        Error::invalid(format!(
            "the rows of `{}` lie on several servers, and it cannot be told which of those inserted is which; \
             insert them with their keys, or one by one",
            table.name
        ))
    }

    pub(crate) fn more_than_one(table: &'static Table) -> Self {
        Error::new(Kind::MoreThanOne { model: table.model })
    }

    #[cold]
    pub(crate) fn decode(table: &'static Table, column: &'static ColumnDef, mismatch: Mismatch) -> Self {
        Error::new(Kind::Decode {
            table: table.name,
            column: column.name.into(),
            rust_type: column.rust_type,
            mismatch,
        })
    }

    /// The error of a join table whose `column` holds a key that is not an integer, as those it refers to are.
    #[cold]
    pub(crate) fn link(
        relation: &'static RelationDef,
        column: &'static str,
        found: Result<ValueRef<'_>, Mismatch>,
    ) -> Self {
        let table = relation.through.as_ref().map_or("", |through| through.table);
        let mismatch = found.map_or_else(|mismatch| mismatch, |value| Mismatch::Kind { found: value.kind() });
        Error::new(Kind::Decode { table, column: column.into(), rust_type: "i64", mismatch })
    }

    /// A column of a statement of the user's own.
    #[cold]
    pub(crate) fn decode_result(column: String, rust_type: &'static str, mismatch: Mismatch) -> Self {
        Error::new(Kind::Decode { table: "the statement's result", column: column.into(), rust_type, mismatch })
    }

    /// A model's column that a statement of the user's own does not return.
    #[cold]
    pub(crate) fn not_returned(model: &'static str, column: &'static str) -> Self {
        Error::new(Kind::NotReturned { model, column })
    }

    #[cold]
    pub(crate) fn encode_bound(place: String, mismatch: Mismatch) -> Self {
        Error::new(Kind::Encode { place: Place::Bound(place.into()), mismatch })
    }

    /// A value that the database cannot store, as the parameter at a position, counted from 1.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[cold]
    pub(crate) fn encode_parameter(position: usize, mismatch: Mismatch) -> Self {
        Error::new(Kind::Encode { place: Place::Parameter(position), mismatch })
    }

    /// This error with the column that the refused parameter is a value of. The parameters are those of some columns of a
    /// table, once or again and again.
    #[cold]
    pub(crate) fn in_columns(mut self, table: &'static Table, columns: &[usize]) -> Self {
        if let Kind::Encode { place, .. } = &mut self.0.kind
            && let Place::Parameter(position) = *place
            && let Some(column) = columns.get((position - 1) % columns.len().max(1))
        {
            *place = Place::Column { table: table.name, column: table.columns[*column].name };
        }
        self
    }

    #[cold]
    pub(crate) fn computed(relation: &'static RelationDef, mismatch: Mismatch) -> Self {
        Error::new(Kind::Computed { relation: relation.path(), mismatch })
    }

    #[cold]
    pub(crate) fn encode(table: &'static Table, column: &'static ColumnDef, mismatch: Mismatch) -> Self {
        Error::new(Kind::Encode { place: Place::Column { table: table.name, column: column.name }, mismatch })
    }

    pub(crate) fn missing_related(relation: &'static RelationDef, owner: String) -> Self {
        let target = (relation.to)().model;
        Error::new(Kind::MissingRelated { relation: relation.path(), target, owner })
    }

    pub(crate) fn missing_related_row(relation: String, owner: String) -> Self {
        Error::new(Kind::MissingRelated { relation, target: "row", owner })
    }

    /// A tag that no variant of a polymorphic relation's enum has.
    pub(crate) fn unknown_tag(relation: String, target: &'static str) -> Self {
        Error::new(Kind::UnknownTag { relation, target })
    }

    pub(crate) fn more_than_one_related(relation: &'static RelationDef, owner: String) -> Self {
        let target = (relation.to)().model;
        Error::new(Kind::MoreThanOneRelated { relation: relation.path(), target, owner })
    }

    pub(crate) fn too_many_rows(relation: &'static RelationDef) -> Self {
        Error::new(Kind::TooManyRows { relation: relation.path() })
    }
}

/// What is known of an error of a server besides.
#[cfg(feature = "postgres")]
impl Error {
    pub(crate) fn with_server(mut self, server: Server) -> Self {
        self.0.server = Some(Box::new(server));
        self
    }

    /// The same error of a lost connection, on which changes were being made to last.
    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        if let Kind::ConnectionLost { outcome, .. } = &mut self.0.kind {
            *outcome = Outcome::Unknown;
        }
        self
    }

    /// The same error of a transaction that is lost, because of what went wrong in it first.
    pub(crate) fn with_first_cause(mut self, first: &str) -> Self {
        if let Kind::TransactionLost { message } = &mut self.0.kind {
            *message = format!("an earlier statement failed: {first}");
        }
        self
    }

    /// The same error, as one that running the transaction again gets rid of.
    pub(crate) fn into_conflict(mut self) -> Self {
        if let Kind::Database { message } | Kind::Unsupported { message } = self.0.kind {
            self.0.kind = Kind::Conflict { message };
        }
        self
    }

    /// The same error, of a statement that took longer than this limit if it took too long.
    pub(crate) fn with_time_limit(mut self, time: Option<Duration>) -> Self {
        if let Kind::StatementTimeout { limit } = &mut self.0.kind {
            *limit = time;
        }
        self
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Turns "not found" into `None`.
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
