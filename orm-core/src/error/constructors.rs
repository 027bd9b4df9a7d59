//! Constructors of errors, and functions that add context to them.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
#[cfg(feature = "postgres")]
use std::time::Duration;

use super::{Constraint, Error, ErrorKind, InFile, Leaves, Place, Repr, ResultValue};
#[cfg(feature = "postgres")]
use super::{Outcome, Server};
use crate::schema::{ColumnDef, PolymorphicDef, RelationDef, Table, Through};
use crate::types::OtherForm;
use crate::value::{Mismatch, ValueRef};

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Error(Box::new(Repr {
            kind,
            statement: None,
            server: None,
            leaves: Leaves::Nothing,
            is_raw: false,
            source: None,
            file: None,
        }))
    }

    /// The error of the user's batch loader, as the source.
    pub(crate) fn batch(error: Box<dyn StdError + Send + Sync>) -> Self {
        let mut wrapped = Error::new(ErrorKind::Batch { message: error.to_string() });
        wrapped.0.source = Some(error.into());
        wrapped
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The same error with another error of this library as its source; both failed in the same statement.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn caused_by(mut self, cause: Error) -> Self {
        self.0.statement.clone_from(&cause.0.statement);
        self.with_source(cause)
    }

    pub(crate) fn with_statement(mut self, text: &str) -> Self {
        self.0.statement.get_or_insert_with(|| text.into());
        self
    }

    /// An error of migrations and the database that they are applied to.
    #[cfg(feature = "migrate")]
    pub(crate) fn migration(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Migration { message: message.into() })
    }

    /// The same error in a migration: with the migration and the place before the message, and what happened to it
    /// after the message.
    #[cfg(feature = "migrate")]
    #[cold]
    pub(crate) fn of_migration(mut self, before: String, after: String) -> Self {
        self.0.file = Some(Box::new(InFile { before, after, is_migration: true }));
        self
    }

    /// The same error in a line of a script.
    #[cold]
    pub(crate) fn in_script(mut self, line: usize) -> Self {
        self.0.file = Some(Box::new(InFile {
            before: format!("line {line} of the script: "),
            after: "; the script was rolled back".to_owned(),
            #[cfg(feature = "migrate")]
            is_migration: false,
        }));
        self
    }

    /// The same error of raw SQL: the advice is about the SQL, and not about models.
    #[cold]
    pub(crate) fn of_raw_sql(mut self) -> Self {
        self.0.is_raw = true;
        self
    }

    /// The same error of a statement whose changes are in the open transaction, or are committed.
    #[cold]
    pub(crate) fn leaving_changes(mut self, in_transaction: bool) -> Self {
        self.0.leaves = if in_transaction { Leaves::Uncommitted } else { Leaves::Committed };
        self
    }

    /// Whether the open transaction contains changes of the statement that failed.
    pub(crate) fn leaves_changes(&self) -> bool {
        self.0.leaves == Leaves::Uncommitted
    }

    /// The same error, after the changes of its statement were rolled back.
    pub(crate) fn rolled_back(mut self) -> Self {
        self.0.leaves = Leaves::Nothing;
        self
    }

    /// The error of a statement that writes, and was run as one that reads.
    #[cold]
    pub(crate) fn writes_unsaid(mut refused: Self) -> Self {
        refused.0.kind = ErrorKind::WritesUnsaid;
        refused
    }

    /// The error of a statement that returns rows, in a call that reads none.
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
            "raw SQL cannot begin or end a transaction or savepoint (`{word}`); call `Db::begin` or \
             `Db::transaction`, and `commit`, `rollback` or `savepoint` on the transaction"
        ))
    }

    /// The error of raw SQL with more than one statement.
    pub(crate) fn several_statements() -> Self {
        Error::new(ErrorKind::several_statements())
    }

    /// The error of using a transaction that contains changes which must not be committed.
    pub(crate) fn transaction_failed(cause: &str) -> Self {
        Error::new(ErrorKind::TransactionFailed { cause: cause.to_owned() })
    }

    /// The error of a key that the database does not generate.
    #[cold]
    pub(crate) fn key_not_assigned(table: &'static Table, column: usize, declaration: &'static str) -> Self {
        let column = table.columns[column].name;
        Error::new(ErrorKind::KeyNotAssigned { table: table.name, column, declaration })
    }

    /// Whether a column was `NULL` that must not be.
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

    /// The error of a database that wrote fewer rows than were sent.
    #[cold]
    pub(crate) fn ignored(table: &'static Table, sent: usize, taken: usize) -> Self {
        Error::ignored_in(table.name, sent, taken)
    }

    /// The same for a table that may have no model.
    #[cold]
    pub(crate) fn ignored_in(table: &'static str, sent: usize, taken: usize) -> Self {
        Error::new(ErrorKind::Ignored { table, sent, taken })
    }

    /// The error of rows with the same primary key.
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

    /// The error of a transaction that was ended already.
    #[cfg(feature = "async")]
    pub(crate) fn transaction_ended() -> Self {
        Error::new(ErrorKind::TransactionLost { message: "it was committed or rolled back already".to_owned() })
    }

    /// The error of a thread that cannot be started.
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

    /// The same error of a page after a cursor, as an error of the cursor if a value was refused, because the cursor
    /// may be forged.
    #[cold]
    pub(crate) fn of_cursor(self) -> Self {
        // Text that is not a value of the type, or that has characters which the database does not have.
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

    /// The error of a change that sets the version.
    pub(crate) fn version_is_counted(table: &'static Table) -> Self {
        let field = table.version.as_ref().map_or("", |version| table.columns[version.column].field);
        let model = table.model;
        Error::invalid(format!(
            "`{model}.{field}` is the version, which every update increments; leave it out of the change"
        ))
    }

    /// The error of a change that sets a generated column.
    pub(crate) fn column_is_generated(table: &'static Table, column: usize) -> Self {
        let (model, field) = (table.model, table.columns[column].field);
        Error::invalid(format!("`{model}.{field}` is generated by the database; leave it out of the change"))
    }

    /// The error of rows that several servers returned in unknown order.
    pub(crate) fn lost_order(table: &'static Table) -> Self {
        Error::invalid(format!(
            "the rows of `{}` are on several servers, so the inserted rows cannot be matched with the new ones; \
             insert them with their keys, or one by one",
            table.name
        ))
    }

    /// The error of rows of which only some were inserted, and which cannot be matched with the new rows.
    pub(crate) fn lost_place(table: &'static Table, columns: &[usize]) -> Self {
        let columns: Vec<String> = table.names(columns).map(|name| format!("`{name}`")).collect();
        Error::invalid(format!(
            "only some of the rows were inserted, and it is unknown which, because table `{}` stores other values in \
             {} than were sent; use `all`, or upsert the rows one by one",
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

    /// The error of a join table whose `column` contains a key that is not an integer, as the keys that it refers to
    /// are.
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

    /// A value of a statement's result that was read as a `T`.
    #[cold]
    pub(crate) fn decode_result<T>(value: ResultValue, mismatch: Mismatch) -> Self {
        let rust_type = Some(without_paths(std::any::type_name::<T>()));
        Error::new(ErrorKind::DecodeResult { value, rust_type, mismatch })
    }

    /// A value of a statement's result that cannot be read as any type.
    #[cold]
    pub(crate) fn unreadable_result(value: ResultValue, mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::DecodeResult { value, rust_type: None, mismatch })
    }

    /// The error of another number of values than a statement has parameters.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[cold]
    pub(crate) fn parameters(wanted: usize, bound: usize) -> Self {
        let parameters = match wanted {
            0 => "no parameter".to_owned(),
            1 => "1 parameter".to_owned(),
            _ => format!("{wanted} parameters"),
        };
        Error::invalid(format!("the statement has {parameters}, and {}; bind one for each", are_bound(bound)))
    }

    /// The error of a parameter `$n` whose number is greater than the number of values.
    #[cfg(feature = "sqlite")]
    #[cold]
    pub(crate) fn parameter_without_value(number: usize, bound: usize) -> Self {
        Error::invalid(format!(
            "the statement has a parameter `${number}`, and {}; bind one for each",
            are_bound(bound)
        ))
    }

    /// A model's column that a raw SQL statement does not return.
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

    /// The same error with the column of the refused parameter. The parameters are the values of some columns of a
    /// table, once or repeatedly.
    #[cold]
    pub(crate) fn in_columns(self, table: &'static Table, columns: &[usize]) -> Self {
        self.in_column(table, |position| columns.get(position % columns.len().max(1)))
    }

    /// The same error with the column of the refused parameter, if it is one of the first, which are values of some
    /// columns of a table.
    #[cold]
    pub(crate) fn in_first_columns(self, table: &'static Table, columns: &[usize]) -> Self {
        self.in_column(table, |position| columns.get(position))
    }

    /// The same error with the column of the refused parameter, by its position counted from 0.
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
        Error::new(ErrorKind::MissingRelated { relation: relation.path(), target, owner, column: None })
    }

    /// The error of a polymorphic relation that leads to no row of the model that the tag names.
    pub(crate) fn missing_of_any(relation: PolymorphicDef, target: &'static str, owner: String) -> Self {
        let column = Some(relation.column(1));
        Error::new(ErrorKind::MissingRelated { relation: relation.path(), target, owner, column })
    }

    /// The error of a tag that belongs to no variant of a polymorphic relation's enum.
    pub(crate) fn unknown_tag(relation: PolymorphicDef, target: &'static str, owner: String) -> Self {
        Error::new(ErrorKind::UnknownTag { relation: relation.path(), target, owner, column: relation.column(0) })
    }

    pub(crate) fn more_than_one_related(relation: &'static RelationDef, owner: String) -> Self {
        let target = (relation.to)().model;
        Error::new(ErrorKind::MoreThanOneRelated { relation: relation.path(), target, owner })
    }

    pub(crate) fn too_many_rows(relation: &'static RelationDef) -> Self {
        Error::new(ErrorKind::TooManyRows { relation: relation.path() })
    }
}

/// What a server reported in addition.
#[cfg(feature = "postgres")]
impl Error {
    pub(crate) fn with_server(mut self, server: Server) -> Self {
        self.0.server = Some(Box::new(server));
        self
    }

    /// The same error of a connection that was lost during a commit.
    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        if let ErrorKind::ConnectionLost { outcome, .. } = &mut self.0.kind {
            *outcome = Outcome::Unknown;
        }
        self
    }

    /// The same error of a lost transaction, with its first error as the cause.
    pub(crate) fn with_first_cause(mut self, first: &str) -> Self {
        if let ErrorKind::TransactionLost { message } = &mut self.0.kind {
            *message = format!("an earlier statement failed: {first}");
        }
        self
    }

    /// The same error, as one after which the transaction can be run again.
    pub(crate) fn into_conflict(mut self) -> Self {
        if let ErrorKind::Database { message } | ErrorKind::Unsupported { message } = self.0.kind {
            self.0.kind = ErrorKind::Conflict { message };
        }
        self
    }

    /// The same error with the limit of a statement that took too long.
    pub(crate) fn with_time_limit(mut self, time: Option<Duration>) -> Self {
        if let ErrorKind::StatementTimeout { limit } = &mut self.0.kind {
            *limit = time;
        }
        self
    }
}

impl ErrorKind {
    /// The kind of the error of raw SQL with more than one statement.
    pub(crate) fn several_statements() -> Self {
        let message =
            "the SQL contains more than one statement; run them one by one, or all of them with `orm::script`";
        ErrorKind::Invalid { message: message.into() }
    }
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn are_bound(values: usize) -> String {
    match values {
        0 => "no value is bound".to_owned(),
        1 => "1 value is bound".to_owned(),
        _ => format!("{values} values are bound"),
    }
}

/// The name of a type without the paths of its parts: `Option<String>`.
fn without_paths(name: &str) -> String {
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len()).max(first.len_utf8());
        let (part, behind) = rest.split_at(end);
        short.push_str(part.rsplit("::").next().unwrap_or(part));
        rest = behind;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::without_paths;

    #[test]
    fn a_type_is_named_without_paths() {
        for (name, short) in [
            ("i64", "i64"),
            ("core::option::Option<alloc::string::String>", "Option<String>"),
            ("alloc::vec::Vec<(i64, my_crate::Größe)>", "Vec<(i64, Größe)>"),
            ("&str", "&str"),
            ("[u8; 3]", "[u8; 3]"),
            ("", ""),
        ] {
            assert_eq!(without_paths(name), short);
        }
    }
}
