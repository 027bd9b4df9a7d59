//! What databases do differently, as hooks that write parts of statements.
//!
//! A hook's default is what standard SQL says or, where it says nothing, what SQLite and PostgreSQL have in common. The file of a
//! database has the hooks in which it differs, and no others.

#[cfg(feature = "migrate")]
mod migrating;
mod operators;
mod parts;

use std::fmt;

use super::pattern::Wildcards;
use super::tokens::{Place, Quotes};
use super::words::writes;
use super::{Held, Sql, Writer};
use crate::access::Access;
use crate::ast::{
    Arithmetic, Calendar, Call, Comparison, Function, JsonValue, Letters, Lock, Nulls, Pattern, Strength,
};
use crate::error::Result;
use crate::schema::{ColumnDef, Table};
#[cfg(feature = "migrate")]
use crate::structure::{Schema, SchemaChange, Script};
use crate::types::{Keys, Param, SqlType};
use crate::value::Mismatch;

#[cfg(feature = "migrate")]
pub use migrating::{ForeignKeySwitch, Migrating, SessionLock};
pub(super) use operators::{arithmetic_in_sql, function_in_sql, operator_in_sql, waiting_in_sql};
pub use parts::{
    ComparedColumns, Conflict, Explained, Fragment, KeyTable, LimitsEach, LinkedRows, OnMatch, Searched, Structure,
    Whole,
};

/// The differences between databases in what the renderer writes.
///
/// A trait, since a program learns at run time which database it works on; `Db` has no type parameter for it.
pub trait Dialect: fmt::Debug + Sync {
    /// The database's name in the OpenTelemetry conventions.
    fn name(&self) -> &'static str;

    /// Appends a quoted identifier.
    fn quote(&self, text: &mut String, name: &str) {
        text.push('"');
        for (position, part) in name.split('"').enumerate() {
            text.push_str(if position > 0 { "\"\"" } else { "" });
            text.push_str(part);
        }
        text.push('"');
    }

    /// A quoted identifier.
    fn quoted(&self, name: &str) -> String {
        let mut text = String::with_capacity(name.len() + 2);
        self.quote(&mut text, name);
        text
    }

    /// Whether two names of tables, or of columns, mean the same one.
    fn same_name(&self, one: &str, other: &str) -> bool {
        one == other
    }

    /// Whether the database keeps such names of tables to itself.
    fn reserves(&self, table: &str) -> bool {
        let _ = table;
        false
    }

    /// The greatest number of bytes in an identifier, if there is one.
    fn longest_name(&self) -> Option<usize> {
        None
    }

    /// Appends the placeholder of the `position`th parameter, counted from 1.
    fn placeholder(&self, text: &mut String, position: usize) {
        let _ = position;
        text.push('?');
    }

    /// Whether placeholders say which parameter they are, so that one can stand in a statement twice.
    fn numbers_parameters(&self) -> bool {
        false
    }

    /// How names can be quoted besides by `"`.
    fn quotes(&self) -> Quotes {
        Quotes::Standard
    }

    /// Whether a function, by its name in lower case and the number of its arguments, computes one value from all rows.
    fn is_aggregate(&self, function: &str, arguments: usize) -> bool {
        let _ = arguments;
        matches!(function, "avg" | "count" | "max" | "min" | "sum")
    }

    /// Whether a column that the rows are not grouped by has the value of any row of the group, instead of being an error.
    fn takes_any_row_of_group(&self) -> bool {
        false
    }

    /// Whether a function or a keyword, in lower case, has another value in each statement: a random one, or the time.
    fn is_unsteady(&self, name: &str, place: Place) -> bool {
        match place {
            Place::Word => matches!(name, "current_date" | "current_time" | "current_timestamp"),
            Place::Called | Place::CalledWithNothing => matches!(name, "now" | "rand" | "random"),
            Place::Argument => false,
        }
    }

    /// Whether a statement of the user's own changes rows, as far as its words tell.
    fn writes(&self, text: &str) -> bool {
        writes(text, self.quotes())
    }

    /// Puts the values bound to a statement of the user's own in the order in which the driver binds them.
    ///
    /// # Errors
    ///
    /// [`is_invalid`](crate::error::Error::is_invalid) for parameters that the database has no such word for.
    fn order_params(&self, text: &str, params: &mut Vec<Param<'static>>) -> Result<()> {
        let _ = (text, params);
        Ok(())
    }

    /// What the table of keys is made of that [`keys`](Self::keys) writes, for keys whose parts have these types.
    fn key_table(&self, types: &[SqlType]) -> KeyTable;

    /// Writes a table of keys, with the alias `k`, into a `FROM` clause. `compared` are the columns that the keys' parts will be
    /// compared with.
    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>);

    /// Whether integer keys are found faster by comparing a column that has an index with a list, as that of
    /// [`in_list`](Self::in_list), than by joining a table of them.
    fn finds_keys_in_lists(&self) -> bool {
        false
    }

    /// Writes the parameters of a list of keys.
    fn bind_keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        let _ = compared;
        writer.bind(Param::Keys(keys));
    }

    /// Writes that what stands before is in a list of values of a type, which is one parameter:
    /// ` IN (SELECT "value" FROM rarray(?1))`.
    fn in_list(&self, writer: &mut Writer<'_>, sql_type: SqlType, list: Fragment<'_>);

    /// The SQL that says that what stands before it is in the list that is bound to a parameter of a statement of the user's own,
    /// or is not: `= ANY($1)`.
    fn in_parameter(&self, parameter: &str, is_negated: bool) -> String {
        format!("{}({parameter})", if is_negated { "<> ALL" } else { "= ANY" })
    }

    /// Whether the values of several new rows travel as an array for each column. If not, each is a parameter of its own.
    fn inserts_arrays(&self) -> bool {
        false
    }

    /// Writes the query for rows that travel as arrays: the first column, of the first of these types, is parameter 1.
    /// A column of arrays travels as one array of the elements of all rows. Where those of each row begin and end say two
    /// more arrays for each such column, whose parameters come behind those of all columns.
    fn rows_of_arrays(&self, writer: &mut Writer<'_>, types: &[SqlType], columns: ComparedColumns<'_>) {
        let _ = (writer, types, columns);
    }

    /// Writes rows of so many values as the table `v` of a `FROM` clause, whose columns are called `column1`, `column2` and so on;
    /// `row` writes the values of the next row.
    fn table_of_rows(&self, writer: &mut Writer<'_>, rows: usize, width: usize, row: Fragment<'_>) {
        writer.push("(").values(rows, row).push(") AS v (").numbered_columns(width).push(")");
    }

    /// Writes the values of a new row that gives none.
    fn default_values(&self, writer: &mut Writer<'_>) {
        writer.push(" DEFAULT VALUES");
    }

    /// Writes an insert that leaves rows with the same unique key as they are, or updates them; `into` writes it from its
    /// `INTO` on.
    fn upsert(&self, writer: &mut Writer<'_>, conflict: Conflict<'_>, into: Fragment<'_>) {
        into(writer.push("INSERT "));
        writer.push(" ON CONFLICT (").names(conflict.unique.iter().copied()).push(")");
        if let Some(condition) = conflict.index {
            condition(writer.push(" WHERE "));
        }
        match conflict.action {
            // A row is locked whatever the condition of the update says.
            OnMatch::Lock(column) if self.locks_rows() => {
                writer.push(" DO UPDATE SET ").name(column).push(" = excluded.").name(column).push(" WHERE 1 = 0");
            }
            OnMatch::Skip | OnMatch::Lock(_) => {
                writer.push(" DO NOTHING");
            }
            OnMatch::Update(changes) => changes(writer.push(" DO UPDATE SET ")),
        }
    }

    /// Writes a column of the new row of an upsert.
    fn excluded(&self, writer: &mut Writer<'_>, column: &str) {
        writer.push("excluded.").name(column);
    }

    /// Whether a unique index may have a condition, so that it holds only some rows of its table.
    fn has_partial_indexes(&self) -> bool {
        true
    }

    /// A truth value as a literal.
    fn truth(&self, value: bool) -> &'static str {
        if value { "true" } else { "false" }
    }

    /// Writes what makes a statement return these columns of the rows that it writes.
    fn returning(&self, writer: &mut Writer<'_>, columns: Fragment<'_>) {
        columns(writer.push(" RETURNING "));
    }

    /// Where statements that write return no rows, the expression for the key that the database assigned last on the
    /// connection: `LAST_INSERT_ID()`. A row that was written is then read by its key, in the same transaction; that there is
    /// one, the number tells of the rows that the statement wrote, with those that an update leaves as they are.
    fn last_key(&self) -> Option<&'static str> {
        None
    }

    /// Whether the table of an update or a deletion can have an alias. If not, its columns are named by its own name.
    fn aliases_changed_tables(&self) -> bool {
        true
    }

    /// Whether columns store their values in [forms](crate::types::Form), since the database has no types for them.
    fn has_forms(&self) -> bool {
        false
    }

    /// The statements that read some columns of the first and the last rows of a table, which shows their forms.
    fn samples(&self, table: &Table, columns: &[usize], rows: u64) -> Vec<String> {
        let _ = (table, columns, rows);
        Vec::new()
    }

    /// Writes a value that has some form in the form of new tables.
    fn native(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        let _ = held;
        value(writer);
    }

    /// Writes a value that has the form of new tables in another one.
    fn stored(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        let _ = held;
        value(writer);
    }

    /// How the rows of a many-to-many relation come, each of them once.
    fn linked_rows(&self) -> LinkedRows {
        LinkedRows::Again
    }

    /// How the rows of each parent are limited where an index finds them.
    fn limits_each(&self) -> LimitsEach {
        LimitsEach::Lateral
    }

    /// What stands between two values that are compared.
    fn operator(&self, comparison: Comparison) -> &'static str {
        operator_in_sql(comparison)
    }

    /// Writes that a text matches a pattern. The letters of `LIKE` are those of the text's collation.
    fn matches(&self, writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
        let _ = letters;
        value(writer);
        writer.push(" LIKE ").pattern(pattern, Wildcards::Like).push(" ESCAPE '\\'");
    }

    /// How many `EXISTS` of a statement may be planned together with its joins, where the time for that grows with each.
    fn exists_planned_together(&self) -> Option<usize> {
        None
    }

    /// Whether an index finds the texts that start with a prefix only if it is matched as it is written.
    fn finds_prefixes_as_written(&self) -> bool {
        false
    }

    /// Writes the sum, the least or greatest value of some values, or another function of them: integers are summed up to 64
    /// bits, and other numbers as doubles; every type has a least and a greatest value.
    fn computed(&self, writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
        let _ = sql_type;
        value(writer.push(function_in_sql(function)));
        writer.push(")");
    }

    /// Writes what follows a value of a type where it is ordered by, or compared with another by size.
    fn order_collation(&self, writer: &mut Writer<'_>, sql_type: SqlType) {
        let _ = (writer, sql_type);
    }

    /// Writes a number that is computed from two others of a type.
    fn arithmetic(
        &self,
        writer: &mut Writer<'_>,
        arithmetic: Arithmetic,
        sql_type: SqlType,
        [left, right]: [Fragment<'_>; 2],
    ) {
        let _ = sql_type;
        left(writer.push("("));
        right(writer.push(arithmetic_in_sql(arithmetic)));
        writer.push(")");
    }

    /// Writes a part or the beginning of a date or a moment that is held in some form; of a moment in UTC. It is an integer, or a
    /// date or moment in the form of new tables.
    fn calendar(&self, writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
        let _ = held;
        let (function, between) = if calendar.is_part() { ("extract(", " FROM ") } else { ("date_trunc(", ", ") };
        value(writer.push(function).push(calendar.word()).push(between));
        writer.push(")");
    }

    /// Writes a value computed by a function.
    fn call(&self, writer: &mut Writer<'_>, call: &Call) {
        writer.call(call);
    }

    /// Writes a value as a text that functions take.
    fn text(&self, writer: &mut Writer<'_>, value: Fragment<'_>) {
        value(writer);
    }

    /// Writes a constant of a type, where nothing beside it tells the type.
    fn constant(&self, writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
        let _ = sql_type;
        value(writer);
    }

    /// Writes a value within JSON; `NULL` where the path leads nowhere, or to a value of another kind.
    fn json(&self, writer: &mut Writer<'_>, value: &JsonValue) {
        let _ = value;
        writer.bind(Param::Refused(Mismatch::Unstorable("this database has no paths into JSON")));
    }

    /// Writes which rows of a query are meant: at most so many, without the first so many.
    fn limit(&self, writer: &mut Writer<'_>, limit: Option<u64>, offset: Option<u64>) {
        match limit {
            Some(limit) => writer.push(" LIMIT ").bound(limit),
            None => writer.push(" LIMIT ").push(self.no_limit()),
        };
        if let Some(offset) = offset {
            writer.push(" OFFSET ").bound(offset);
        }
    }

    /// Whether rows are locked one by one. If not, a transaction that writes has the whole database to itself.
    fn locks_rows(&self) -> bool {
        true
    }

    /// Writes how the rows of a query are locked; `table` writes the name of the table that they come from, as others may be
    /// joined to it.
    fn lock(&self, writer: &mut Writer<'_>, lock: Lock, table: Fragment<'_>) {
        if !self.locks_rows() {
            return;
        }
        writer.push(match lock.strength {
            Strength::Update => " FOR UPDATE OF ",
            Strength::Share => " FOR SHARE OF ",
        });
        table(writer);
        writer.push(waiting_in_sql(lock.wait));
    }

    /// What follows `LIMIT` when there is an offset but no limit.
    fn no_limit(&self) -> &'static str {
        "ALL"
    }

    /// Whether `NULL`s are less than all values when nothing else is said.
    fn nulls_are_least(&self) -> bool {
        true
    }

    /// Whether it can be said of the position of an output where `NULL`s go, as in `ORDER BY 1 NULLS LAST`. Where it cannot, the
    /// outputs have names, and a term of an order is written with the name.
    fn places_nulls_by_position(&self) -> bool {
        true
    }

    /// Writes a term of an order. `nulls` is where `NULL`s go, unless the database puts them there by itself.
    fn order_term(&self, writer: &mut Writer<'_>, value: Fragment<'_>, descending: bool, nulls: Option<Nulls>) {
        value(writer);
        writer.push(if descending { " DESC" } else { "" });
        writer.push(match nulls {
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
            None => "",
        });
    }

    /// A column's type in `CREATE TABLE`.
    fn column_type(&self, column: &ColumnDef) -> &'static str;

    /// Why the database has no column for values of a type, and what to write instead; `None` where it has one.
    fn lacks(&self, sql_type: SqlType) -> Option<&'static str> {
        let _ = sql_type;
        None
    }

    /// What tells the rows of a table without a key apart, where the database has a column of its own for that.
    fn row_identity(&self) -> Option<&'static str> {
        None
    }

    /// How a key that the database assigns is declared, as messages say it.
    fn assigned_key(&self) -> &'static str {
        "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    }

    /// The statement that returns a row if the database does not assign a key that an insert leaves out, and would rather
    /// store `NULL` in it.
    fn unassigned_key(&self, table: &Table, column: &str) -> Option<Sql> {
        let _ = (table, column);
        None
    }

    /// The words behind a column's type by which the database assigns its values; none where the key of one integer is assigned
    /// without a word.
    fn assigned_words(&self) -> Option<&'static str> {
        Some("GENERATED BY DEFAULT AS IDENTITY")
    }

    /// Whether rows have a key of the database's own, which a table whose key has several columns is better made without.
    fn has_rowids(&self) -> bool {
        false
    }

    /// Whether a transaction that is rolled back takes what it created with it. If not, statements that create something also
    /// end the transaction that they stand in.
    fn defines_in_transactions(&self) -> bool {
        true
    }

    /// Whether a generated column whose values are stored can be added to a table. If not, they are computed when they are read.
    fn adds_stored_columns(&self) -> bool {
        true
    }

    /// Whether `CREATE SCHEMA` makes the schema of a table.
    fn creates_schemas(&self) -> bool {
        true
    }

    /// Whether an index and a foreign key stay within the schema of their table and name other tables without it:
    /// `CREATE INDEX "archive"."i" ON "t" (…)`. No foreign key refers to a table of another schema then.
    fn stays_within_schema(&self) -> bool {
        false
    }

    /// Whether a foreign key may be declared before the table that it refers to is there.
    fn declares_ahead(&self) -> bool {
        false
    }

    /// The statement that adds a foreign key to a table, whose name comes in quotes, unless one of this name is there.
    fn add_missing_key(&self, table: &str, name: &str, key: &str) -> String {
        format!("ALTER TABLE {table} ADD CONSTRAINT {} {key}", self.quoted(name))
    }

    /// The statement that lists the database's indexes: schema, table, whether the table is meant when no schema is
    /// named, index, column, whether the table's rows lie on several servers, whether the index is unique at any time, whether
    /// the table has triggers, and how many bytes a row of the table takes on average or `NULL`, in the order of the index's
    /// columns.
    fn indexes(&self) -> &'static str;

    /// The statement that lists the foreign keys of one column that the database enforces for all rows of the tables that they
    /// refer to: the table and the column that refer, and the table and the column that are referred to. A table is its
    /// schema, its name, and whether it is meant when no schema is named; no column stands for the primary key.
    fn references(&self) -> &'static str;

    /// Whether the rows of a table may lie on several servers, so that an insert returns them in no order, and that rows
    /// cannot be looked up in it for one of many keys after the other.
    fn scatters_rows(&self) -> bool {
        false
    }

    /// The statement that tells of a table, by its quoted name as the parameter, what a row that is written may come back as:
    /// the name of each column, its declared type, whether it must not be `NULL`, and whether rows are written to the table
    /// as they are sent, without triggers, rules and tables below. `None` where nobody asks.
    fn writable_columns(&self) -> Option<&'static str> {
        None
    }

    /// Whether a column declared with this type holds no values but those of the Rust types that
    /// [read every value](crate::types::Reads::Every) of a type.
    fn holds_only(&self, declared: &str, sql_type: SqlType) -> bool {
        let _ = (declared, sql_type);
        false
    }

    /// Whether a column declared with this type gives back what was stored in it, and nothing that was made of it.
    fn keeps(&self, declared: &str, sql_type: SqlType) -> bool {
        self.holds(declared, sql_type)
    }

    /// The statement that lists tables and views by the names in its list: schema, table, whether it is meant when no schema
    /// is named, `table`, `view`, `materialized view` or another word, and whether its rows lie on several servers.
    fn tables(&self) -> &'static str;

    /// The statement that lists the columns of tables with the names in its list, or of views if the second parameter is
    /// true: schema, table, whether it is meant when no schema is named, column, declared type, whether it must not be
    /// `NULL`, its default, whether the database assigns a new value to each row, and whether it computes the column.
    fn columns(&self) -> &'static str;

    /// The statement that lists the indexes of tables with the names in its list: schema, table, whether it is meant when no
    /// schema is named, index, column, and whether the index is unique, the primary key, and partial; in the order of the
    /// index's columns. The column is `NULL` for an expression.
    fn indexes_of_tables(&self) -> &'static str;

    /// The statement that lists the foreign keys of tables with the names in its list: schema, table, whether it is meant
    /// when no schema is named, foreign key, column, schema and table that it refers to, whether that is meant when no schema
    /// is named, the column there, and what a deletion does, in the words of SQL; in the order of the key's columns. The
    /// column there is `NULL` for the next of the primary key.
    fn foreign_keys(&self) -> &'static str;

    /// The statements that tell the whole structure of the database, where it can be told.
    fn structure(&self) -> Option<Structure> {
        None
    }

    /// The statements for changes that lead to a structure, where the database's structure can be changed. `version` is that of
    /// SQLite, as `3053000`.
    #[cfg(feature = "migrate")]
    fn scripts(&self, changes: &[SchemaChange], after: &Schema, version: i32) -> Option<Vec<Script>> {
        let _ = (changes, after, version);
        None
    }

    /// The statement that lists the conditions of tables in a schema with the names in its list: table, and SQL that holds
    /// `CHECK (…)`.
    fn checks(&self, schema: &str) -> String;

    /// How a column is declared whose values the database assigns, for messages.
    fn assigned_column(&self) -> &'static str {
        "GENERATED BY DEFAULT AS IDENTITY"
    }

    /// Whether one statement can drop a foreign key and add another of the same name.
    fn replaces_keys(&self) -> bool {
        false
    }

    /// Whether a statement changes the default of a column that is there already, and adds keys and conditions to its table.
    /// Such a database tells defaults in its own words.
    fn alters_columns(&self) -> bool {
        true
    }

    /// Whether a column declared with this type holds values of ours as they are stored.
    fn holds(&self, declared: &str, sql_type: SqlType) -> bool;

    /// The statement that begins a transaction: one that reads sees one state of the database all the time.
    fn begin(&self, access: Access) -> &'static str;

    /// How migrations run; `None` where they cannot.
    #[cfg(feature = "migrate")]
    fn migrating(&self) -> Option<&'static Migrating> {
        None
    }

    /// The statement that begins a savepoint.
    fn savepoint(&self, name: &str) -> String {
        format!("SAVEPOINT {}", self.quoted(name))
    }

    /// The statement that undoes what was changed since a savepoint began, which stays.
    fn roll_back_to(&self, name: &str) -> String {
        format!("ROLLBACK TO {}", self.quoted(name))
    }

    /// The statement that ends a savepoint and keeps what was changed since it began.
    fn release(&self, name: &str) -> String {
        format!("RELEASE {}", self.quoted(name))
    }

    /// What stands before a statement so that the database describes its plan instead of running it, if it can.
    fn explain(&self) -> Option<&'static str> {
        None
    }

    /// The statement after which the planner takes an index wherever there is one, until the transaction ends; none where it does
    /// so however few rows a table has.
    fn prefer_indexes(&self) -> Option<&'static str> {
        None
    }

    /// What the lines of a plan say.
    fn explained(&self, lines: &[String]) -> Explained {
        let _ = lines;
        Explained::default()
    }

    /// The greatest number of parameters of one statement.
    fn max_params(&self) -> usize {
        65_535
    }
}

impl Table {
    /// The table's name with its schema, in quotes.
    pub(crate) fn quoted(&self, dialect: &dyn Dialect) -> String {
        let mut name = String::new();
        if let Some(schema) = self.schema {
            dialect.quote(&mut name, schema);
            name.push('.');
        }
        dialect.quote(&mut name, self.name);
        name
    }
}
