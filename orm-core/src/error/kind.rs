//! What went wrong: the kinds of errors, with what their messages need.

use std::borrow::Cow;
use std::time::Duration;

use super::Constraint;
use crate::value::Mismatch;

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
    /// A value of a statement's result that is no column of a model.
    DecodeResult {
        value: ResultValue,
        /// The name of the type that the value was read as, if it is known.
        rust_type: Option<String>,
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
    /// A new row has no key, because the database did not generate one.
    KeyNotAssigned {
        table: &'static str,
        column: &'static str,
        /// How the column would have to be declared.
        declaration: &'static str,
    },
    /// Rows have the same primary key.
    KeyNotUnique {
        model: &'static str,
        table: &'static str,
        key: String,
    },
    /// Rows were returned several times, because the key of a joined table is not unique.
    JoinedToSeveral {
        table: &'static str,
    },
    /// A relation whose value is read may lead to several rows.
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
        /// The table and the column with the key, if the relation has no foreign key of the database.
        column: Option<String>,
    },
    UnknownTag {
        relation: String,
        target: &'static str,
        owner: String,
        /// The table and the column with the tag.
        column: String,
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
    /// An index, a trigger or a view of the database uses what does not exist.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only SQLite compiles them again"))]
    Broken {
        /// What it is: `index`.
        kind: String,
        name: String,
        /// The column that does not exist, if that is the problem.
        column: Option<String>,
        /// What it does: `uses the column ..`.
        problem: String,
    },
    NoSuchColumn {
        table: Option<String>,
        column: String,
    },
    /// A trigger or view of the file has a string in double quotes.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only SQLite accepts such strings"))]
    DoubleQuoted {
        name: String,
    },
    /// A foreign key refers to columns that are not a unique key.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only SQLite accepts such keys"))]
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
    /// Raw SQL writes, and was run as a statement that reads.
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
    /// The transaction contains changes that must not be committed.
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
    /// Migrations cannot be applied, or do not match the migration history.
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
    /// None of its changes remain.
    RolledBack,
    /// Its changes may or may not be committed.
    Unknown,
}

/// The destination of a value that cannot be stored.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Column {
        table: &'static str,
        column: &'static str,
    },
    /// The parameter of a statement at a position, counted from 1, if its column is not known any more.
    Parameter(usize),
    /// A value with its own name.
    Bound(Cow<'static, str>),
}

/// The place of a value in a statement's result.
#[derive(Clone, Debug)]
pub(crate) enum ResultValue {
    /// The column with a name.
    Named(String),
    /// The column with a number, counted from 1.
    Numbered(usize),
    /// A value of the last row of a page or a chunk, by which the rows are ordered.
    SortKey,
}
