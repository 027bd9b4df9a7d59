//! How errors are made, and what is added to them on their way.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
#[cfg(feature = "postgres")]
use std::time::Duration;

#[cfg(feature = "migrate")]
use super::OfMigration;
use super::{Constraint, Error, ErrorKind, Leaves, Place, Repr};
#[cfg(feature = "postgres")]
use super::{Outcome, Server};
use crate::schema::{ColumnDef, RelationDef, Table, Through};
use crate::types::OtherForm;
use crate::value::{Mismatch, ValueRef};

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Error(Box::new(Repr {
            kind,
            statement: None,
            server: None,
            leaves: Leaves::Nothing,
            source: None,
            #[cfg(feature = "migrate")]
            migration: None,
        }))
    }

    /// The error of a batch loader of the user's; it is the source.
    pub(crate) fn batch(error: Box<dyn StdError + Send + Sync>) -> Self {
        let mut wrapped = Error::new(ErrorKind::Batch { message: error.to_string() });
        wrapped.0.source = Some(error.into());
        wrapped
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// This error, whose source is another one of ours; it failed in the same statement.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn caused_by(mut self, cause: Error) -> Self {
        self.0.statement.clone_from(&cause.0.statement);
        self.with_source(cause)
    }

    pub(crate) fn with_statement(mut self, text: &str) -> Self {
        self.0.statement.get_or_insert_with(|| text.into());
        self
    }

    /// What is wrong with migrations and what they are to be applied to.
    #[cfg(feature = "migrate")]
    pub(crate) fn migration(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Migration { message: message.into() })
    }

    /// The same error of a migration: which and where, before what is wrong, and what became of it, after that.
    #[cfg(feature = "migrate")]
    #[cold]
    pub(crate) fn of_migration(mut self, before: String, after: String) -> Self {
        self.0.migration = Some(Box::new(OfMigration { before, after }));
        self
    }

    /// The same error of a statement whose changes are in the open transaction, or are committed.
    #[cold]
    pub(crate) fn leaving_changes(mut self, in_transaction: bool) -> Self {
        self.0.leaves = if in_transaction { Leaves::Uncommitted } else { Leaves::Committed };
        self
    }

    /// Whether the open transaction holds changes of the statement that failed.
    pub(crate) fn leaves_changes(&self) -> bool {
        self.0.leaves == Leaves::Uncommitted
    }

    /// The same error, after the changes of its statement were rolled back.
    pub(crate) fn rolled_back(mut self) -> Self {
        self.0.leaves = Leaves::Nothing;
        self
    }

    /// The error of a statement that the database refused since it writes, and was not said to.
    #[cold]
    pub(crate) fn writes_unsaid(mut refused: Self) -> Self {
        refused.0.kind = ErrorKind::WritesUnsaid;
        refused
    }

    /// The error of a statement that returns rows, where none are read.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[cold]
    pub(crate) fn returns_rows() -> Self {
        Error::invalid(
            "the statement returns rows, which `execute` does not read; use `rows` or `tuples`, \
             after `.writing()` if it also writes",
        )
    }

    /// The error of raw SQL that begins or ends a transaction.
    #[cold]
    pub(crate) fn controls_transaction(word: &str) -> Self {
        Error::invalid(format!(
            "raw SQL cannot begin or end a transaction or savepoint (`{word}`), which its guard would not know of; \
             call `Db::begin` or `Db::transaction`, and `commit`, `rollback` or `savepoint` of what they give"
        ))
    }

    /// The error of using a transaction that holds changes which must not be committed.
    pub(crate) fn transaction_failed(cause: &str) -> Self {
        Error::new(ErrorKind::TransactionFailed { cause: cause.to_owned() })
    }

    /// The error of a key that the database does not assign.
    #[cold]
    pub(crate) fn key_not_assigned(table: &'static Table, column: usize, declaration: &'static str) -> Self {
        let column = table.columns[column].name;
        Error::new(ErrorKind::KeyNotAssigned { table: table.name, column, declaration })
    }

    /// Whether a column was `NULL` where it must not be.
    pub(crate) fn is_of_null_in(&self, table: &'static Table, column: usize) -> bool {
        let (table, name) = (table.name, table.columns[column].name);
        match &self.0.kind {
            ErrorKind::Decode { table: of, column, mismatch: Mismatch::UnexpectedNull, .. } => {
                *of == table && column == name
            }
            ErrorKind::Constraint { kind: Constraint::NotNull, name: Some(of), .. } => of
                .split_once('.')
                .is_some_and(|(of, column)| of.eq_ignore_ascii_case(table) && column.eq_ignore_ascii_case(name)),
            _ => false,
        }
    }

    /// The error of a database that wrote fewer rows than it was sent.
    #[cold]
    pub(crate) fn ignored(table: &'static Table, sent: usize, taken: usize) -> Self {
        Error::ignored_in(table.name, sent, taken)
    }

    /// The same of a table that may have no model.
    #[cold]
    pub(crate) fn ignored_in(table: &'static str, sent: usize, taken: usize) -> Self {
        Error::new(ErrorKind::Ignored { table, sent, taken })
    }

    /// The error of rows that have a primary key in common.
    #[cold]
    pub(crate) fn key_not_unique(table: &'static Table) -> Self {
        let columns: Vec<String> = table.names(table.primary_key).map(|name| format!("`{name}`")).collect();
        Error::new(ErrorKind::KeyNotUnique { model: table.model, table: table.name, key: columns.join(", ") })
    }

    /// The error of rows that a join repeats.
    #[cold]
    pub(crate) fn joined_to_several(table: &'static Table) -> Self {
        Error::new(ErrorKind::JoinedToSeveral { table: table.name })
    }

    /// The error of a value of a to-one relation that may lead to several rows.
    #[cold]
    pub(crate) fn not_single(relation: &'static RelationDef, columns: &[usize]) -> Self {
        let table = (relation.to)();
        let columns: Vec<String> = table.names(columns).map(|name| format!("`{name}`")).collect();
        Error::new(ErrorKind::NotSingle { relation: relation.path(), table: table.name, columns: columns.join(", ") })
    }

    /// The error of inserting links, which says what a row of a join model needs besides the keys.
    #[cold]
    pub(crate) fn of_link(mut self, relation: &'static RelationDef, through: &'static Through) -> Self {
        if let ErrorKind::Constraint { kind: Constraint::NotNull, name: Some(name), .. } = &self.0.kind
            && through.model.is_some()
            && name.split_once('.').is_some_and(|(table, _)| table == through.table)
        {
            self.0.kind = ErrorKind::LinkNeeds { relation: relation.path(), column: name.clone() };
        }
        self
    }

    /// A transaction whose end was asked for already.
    #[cfg(feature = "async")]
    pub(crate) fn transaction_ended() -> Self {
        Error::new(ErrorKind::TransactionLost { message: "it was committed or rolled back already".to_owned() })
    }

    /// A thread that could not be started.
    #[cfg(feature = "async")]
    pub(crate) fn no_thread(error: &impl std::fmt::Display) -> Self {
        let problem = format!("no thread can be started for a connection: {error}");
        Error::new(ErrorKind::Open { what: "the database".to_owned(), problem })
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Invalid { message: message.into() })
    }

    pub(crate) fn unsupported(message: &str) -> Self {
        Error::new(ErrorKind::Unsupported { message: message.to_owned() })
    }

    pub(crate) fn bad_cursor(problem: &'static str) -> Self {
        Error::new(ErrorKind::Cursor { problem })
    }

    /// This error of a page that goes on behind a cursor, as that of the cursor if a value was refused: it may be made up.
    #[cold]
    pub(crate) fn of_cursor(self) -> Self {
        // Text that is none of the type, in the wrong form or with letters that the database does not have.
        const REFUSED: [&str; 5] = ["22P02", "22P03", "22007", "22008", "22021"];
        let is_unknown = matches!(&self.0.kind, ErrorKind::Encode { place: Place::Parameter(_), .. });
        if !is_unknown && !self.sqlstate().is_some_and(|state| REFUSED.contains(&state)) {
            return self;
        }
        Error::bad_cursor("the database refuses a value in it").with_source(self)
    }

    /// The error of a column that stores its values in another form than its field says.
    pub(crate) fn other_form(table: &'static Table, column: &'static ColumnDef, other: OtherForm) -> Self {
        let (model, table) = (table.model, table.name);
        let (field, problem) = (column.field, other.describe(column.sql_type, column.form));
        Error::new(ErrorKind::OtherForm { model, table, column: column.name, field, problem })
    }

    pub(crate) fn not_found(table: &'static Table) -> Self {
        Error::new(ErrorKind::NotFound { model: table.model })
    }

    pub(crate) fn stale(table: &'static Table) -> Self {
        Error::new(ErrorKind::Stale { model: table.model, table: table.name })
    }

    /// The error of a change that gives the version a value.
    pub(crate) fn version_is_counted(table: &'static Table) -> Self {
        let field = table.version.as_ref().map_or("", |version| table.columns[version.column].field);
        let model = table.model;
        Error::invalid(format!(
            "`{model}.{field}` is the version, which counts up by itself; leave it out of the change"
        ))
    }

    /// The error of a change that gives a value to a column which the database computes.
    pub(crate) fn column_is_generated(table: &'static Table, column: usize) -> Self {
        let (model, field) = (table.model, table.columns[column].field);
        Error::invalid(format!("`{model}.{field}` is generated by the database; leave it out of the change"))
    }

    /// The error of rows that came back from several servers, and cannot be told apart.
    pub(crate) fn lost_order(table: &'static Table) -> Self {
        Error::invalid(format!(
            "the rows of `{}` lie on several servers, and it cannot be told which of those inserted is which; \
             insert them with their keys, or one by one",
            table.name
        ))
    }

    /// The error of rows of which some were inserted, and cannot be found among those that were given.
    pub(crate) fn lost_place(table: &'static Table, columns: &[usize]) -> Self {
        let columns: Vec<String> = table.names(columns).map(|name| format!("`{name}`")).collect();
        Error::invalid(format!(
            "only some of the rows were inserted, and nothing tells which, since table `{}` stores other values in {} than were \
             sent; use `all`, or upsert the rows one by one",
            table.name,
            columns.join(", ")
        ))
    }

    pub(crate) fn more_than_one(table: &'static Table) -> Self {
        Error::new(ErrorKind::MoreThanOne { model: table.model })
    }

    #[cold]
    pub(crate) fn decode(table: &'static Table, column: &'static ColumnDef, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Decode {
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
        Error::new(ErrorKind::Decode { table, column: column.into(), rust_type: "i64", mismatch })
    }

    /// A column of a statement of the user's own.
    #[cold]
    pub(crate) fn decode_result(column: String, rust_type: &'static str, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Decode { table: "the statement's result", column: column.into(), rust_type, mismatch })
    }

    /// A model's column that a statement of the user's own does not return.
    #[cold]
    pub(crate) fn not_returned(model: &'static str, column: &'static str) -> Self {
        Error::new(ErrorKind::NotReturned { model, column })
    }

    #[cold]
    pub(crate) fn encode_bound(place: String, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Encode { place: Place::Bound(place.into()), mismatch })
    }

    /// A value that the database cannot store, as the parameter at a position, counted from 1.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[cold]
    pub(crate) fn encode_parameter(position: usize, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Encode { place: Place::Parameter(position), mismatch })
    }

    /// This error with the column that the refused parameter is a value of. The parameters are those of some columns of a
    /// table, once or again and again.
    #[cold]
    pub(crate) fn in_columns(self, table: &'static Table, columns: &[usize]) -> Self {
        self.in_column(table, |position| columns.get(position % columns.len().max(1)))
    }

    /// This error with the column that the refused parameter is a value of, if it is one of the first, which are values of
    /// some columns of a table.
    #[cold]
    pub(crate) fn in_first_columns(self, table: &'static Table, columns: &[usize]) -> Self {
        self.in_column(table, |position| columns.get(position))
    }

    /// This error with the column of the refused parameter, by its position counted from 0.
    fn in_column<'c>(mut self, table: &'static Table, column: impl FnOnce(usize) -> Option<&'c usize>) -> Self {
        if let ErrorKind::Encode { place, .. } = &mut self.0.kind
            && let Place::Parameter(position) = *place
            && let Some(&column) = column(position - 1)
        {
            *place = Place::Column { table: table.name, column: table.columns[column].name };
        }
        self
    }

    #[cold]
    pub(crate) fn computed(relation: &'static RelationDef, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Computed { relation: relation.path(), mismatch })
    }

    #[cold]
    pub(crate) fn encode(table: &'static Table, column: &'static ColumnDef, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Encode { place: Place::Column { table: table.name, column: column.name }, mismatch })
    }

    pub(crate) fn missing_related(relation: &'static RelationDef, owner: String) -> Self {
        let target = (relation.to)().model;
        Error::new(ErrorKind::MissingRelated { relation: relation.path(), target, owner })
    }

    pub(crate) fn missing_related_row(relation: String, owner: String) -> Self {
        Error::new(ErrorKind::MissingRelated { relation, target: "row", owner })
    }

    /// A tag that no variant of a polymorphic relation's enum has.
    pub(crate) fn unknown_tag(relation: String, target: &'static str) -> Self {
        Error::new(ErrorKind::UnknownTag { relation, target })
    }

    pub(crate) fn more_than_one_related(relation: &'static RelationDef, owner: String) -> Self {
        let target = (relation.to)().model;
        Error::new(ErrorKind::MoreThanOneRelated { relation: relation.path(), target, owner })
    }

    pub(crate) fn too_many_rows(relation: &'static RelationDef) -> Self {
        Error::new(ErrorKind::TooManyRows { relation: relation.path() })
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
        if let ErrorKind::ConnectionLost { outcome, .. } = &mut self.0.kind {
            *outcome = Outcome::Unknown;
        }
        self
    }

    /// The same error of a transaction that is lost, because of what went wrong in it first.
    pub(crate) fn with_first_cause(mut self, first: &str) -> Self {
        if let ErrorKind::TransactionLost { message } = &mut self.0.kind {
            *message = format!("an earlier statement failed: {first}");
        }
        self
    }

    /// The same error, as one that running the transaction again gets rid of.
    pub(crate) fn into_conflict(mut self) -> Self {
        if let ErrorKind::Database { message } | ErrorKind::Unsupported { message } = self.0.kind {
            self.0.kind = ErrorKind::Conflict { message };
        }
        self
    }

    /// The same error, of a statement that took longer than this limit if it took too long.
    pub(crate) fn with_time_limit(mut self, time: Option<Duration>) -> Self {
        if let ErrorKind::StatementTimeout { limit } = &mut self.0.kind {
            *limit = time;
        }
        self
    }
}
