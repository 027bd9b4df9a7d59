//! The differences between databases, as hooks that write parts of statements.
//!
//! The default of a hook follows standard SQL, or otherwise what SQLite and PostgreSQL have in common. The file of a
//! database contains only the hooks in which it differs.

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
use crate::structure::{Alteration, Schema, SchemaChange, Script};
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
/// This is a trait because a program chooses its database at run time; `Db` has no type parameter for it.
pub trait Dialect: fmt::Debug + Sync {
    /// Returns the database's name in the OpenTelemetry conventions.
    fn name(&self) -> &'static str;

    /// Appends a quoted identifier.
    fn quote(&self, text: &mut String, name: &str) {
        text.push('"');
        if name.bytes().all(|byte| byte != b'"') {
            text.push_str(name);
        } else {
            text.push_str(&name.replace('"', "\"\""));
        }
        text.push('"');
    }

    /// Returns a quoted identifier.
    fn quoted(&self, name: &str) -> String {
        let mut text = String::with_capacity(name.len() + 2);
        self.quote(&mut text, name);
        text
    }

    /// Whether the database treats two names of tables, or of columns, as equal.
    fn same_name(&self, one: &str, other: &str) -> bool {
        one == other
    }

    /// Whether the database reserves this table name.
    fn reserves(&self, table: &str) -> bool {
        let _ = table;
        false
    }

    /// Returns the maximum number of bytes in an identifier, if there is one.
    fn longest_name(&self) -> Option<usize> {
        None
    }

    /// Appends the placeholder of the `position`th parameter, counted from 1.
    fn placeholder(&self, text: &mut String, position: usize) {
        let _ = position;
        text.push('?');
    }

    /// Whether placeholders are numbered, so that one can be in a statement twice.
    fn numbers_parameters(&self) -> bool {
        false
    }

    /// Returns how names can be quoted besides with `"`.
    fn quotes(&self) -> Quotes {
        Quotes::Standard
    }

    /// Whether a function, by its name in lower case and the number of its arguments, is an aggregate.
    fn is_aggregate(&self, function: &str, arguments: usize) -> bool {
        let _ = arguments;
        matches!(function, "avg" | "count" | "max" | "min" | "sum")
    }

    /// Whether a column that is not grouped by has the value of any row of the group, instead of being an error.
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

    /// Whether raw SQL changes rows, according to its keywords.
    fn writes(&self, text: &str) -> bool {
        writes(text, self.quotes())
    }

    /// Puts the values bound to raw SQL in the order in which the driver binds them.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](crate::error::Error::is_invalid) for parameters that the database does not
    /// have.
    fn order_params(&self, text: &str, params: &mut Vec<Param<'static>>) -> Result<()> {
        let _ = (text, params);
        Ok(())
    }

    /// Returns how the table of keys is made that [`keys`](Self::keys) writes, for keys whose parts have these types.
    fn key_table(&self, types: &[SqlType]) -> KeyTable;

    /// Writes a table of keys, with the alias `k`, into a `FROM` clause. The keys' parts will be compared with the
    /// columns `compared`.
    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>);

    /// Whether integer keys are found faster by comparing an indexed column with a list, as with
    /// [`in_list`](Self::in_list), than by joining a table of keys.
    fn finds_keys_in_lists(&self) -> bool {
        false
    }

    /// Writes the parameters of a list of keys.
    fn bind_keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        let _ = compared;
        writer.bind(Param::Keys(keys));
    }

    /// Writes that the value before it is in a list of values of a type, which is one parameter: ` IN (SELECT "value"
    /// FROM rarray(?1))`.
    fn in_list(&self, writer: &mut Writer<'_>, sql_type: SqlType, list: Fragment<'_>);

    /// The SQL for the condition that the value before it is in the list that is bound to a parameter of raw SQL, or is
    /// not: `= ANY($1)`.
    fn in_parameter(&self, parameter: &str, is_negated: bool) -> String {
        format!("{}({parameter})", if is_negated { "<> ALL" } else { "= ANY" })
    }

    /// Whether the values of several new rows are sent as an array for each column. If not, each is a separate
    /// parameter.
    fn inserts_arrays(&self) -> bool {
        false
    }

    /// Writes the query for rows that are sent as arrays. Parameter 1 is the first column, with the first of these types.
    /// A column of arrays is sent as one array of the elements of all rows. Two more arrays for each such column, after
    /// the parameters of all columns, contain where the elements of each row begin and end.
    fn rows_of_arrays(&self, writer: &mut Writer<'_>, types: &[SqlType], columns: ComparedColumns<'_>) {
        let _ = (writer, types, columns);
    }

    /// Writes rows of `width` values as the table `v` of a `FROM` clause, whose columns are named `column1`, `column2`
    /// and so on; `row` writes the values of the next row.
    fn table_of_rows(&self, writer: &mut Writer<'_>, rows: usize, width: usize, row: Fragment<'_>) {
        writer.push("(").values(rows, row).push(") AS v (").numbered_columns(width).push(")");
    }

    /// Writes the values of a new row without values.
    fn default_values(&self, writer: &mut Writer<'_>) {
        writer.push(" DEFAULT VALUES");
    }

    /// Writes an insert that skips rows with the same unique key, or updates them; `into` writes it from its `INTO` on.
    fn upsert(&self, writer: &mut Writer<'_>, conflict: Conflict<'_>, into: Fragment<'_>) {
        into(writer.push("INSERT "));
        writer.push(" ON CONFLICT (").names(conflict.unique.iter().copied()).push(")");
        if let Some(condition) = conflict.index {
            condition(writer.push(" WHERE "));
        }
        match conflict.action {
            // A row is locked even if the condition of the update is false.
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

    /// Whether the database has partial unique indexes.
    fn has_partial_indexes(&self) -> bool {
        true
    }

    /// A boolean as a literal.
    fn truth(&self, value: bool) -> &'static str {
        if value { "true" } else { "false" }
    }

    /// Writes the clause with which a statement returns these columns of the rows that it writes.
    fn returning(&self, writer: &mut Writer<'_>, columns: Fragment<'_>) {
        columns(writer.push(" RETURNING "));
    }

    /// If writes return no rows, returns the expression for the last generated key of the connection:
    /// `LAST_INSERT_ID()`. A written row is then read by its key, in the same transaction; the number of rows that the
    /// statement wrote, including those that an update leaves unchanged, shows whether there is one.
    fn last_key(&self) -> Option<&'static str> {
        None
    }

    /// Whether the table of an update or a deletion can have an alias. If not, its columns are qualified with its name.
    fn aliases_changed_tables(&self) -> bool {
        true
    }

    /// Whether columns store their values in [forms](crate::types::Form), because the database has no types for them.
    fn has_forms(&self) -> bool {
        false
    }

    /// Returns the statements that read some columns of the first and the last rows of a table, which show their forms.
    fn samples(&self, table: &Table, columns: &[usize], rows: u64) -> Vec<String> {
        let _ = (table, columns, rows);
        Vec::new()
    }

    /// Writes a value in the form of new tables, converted from another form.
    fn native(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        let _ = held;
        value(writer);
    }

    /// Writes a value in another form, converted from the form of new tables.
    fn stored(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        let _ = held;
        value(writer);
    }

    /// Returns how the rows of a many-to-many relation are returned, each of them once.
    fn linked_rows(&self) -> LinkedRows {
        LinkedRows::Again
    }

    /// Returns how the rows of each parent are limited if an index finds them.
    fn limits_each(&self) -> LimitsEach {
        LimitsEach::Lateral
    }

    /// Returns the operator of a comparison.
    fn operator(&self, comparison: Comparison) -> &'static str {
        operator_in_sql(comparison)
    }

    /// Writes that a text matches a pattern. The case of letters in `LIKE` follows the text's collation.
    fn matches(&self, writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
        let _ = letters;
        value(writer);
        writer.push(" LIKE ").pattern(pattern, Wildcards::Like).push(" ESCAPE '\\'");
    }

    /// Returns how many `EXISTS` of a statement may be planned together with its joins, if the planning time grows with
    /// each.
    fn exists_planned_together(&self) -> Option<usize> {
        None
    }

    /// Whether an index finds the texts that start with a prefix only if the case matters.
    fn finds_prefixes_as_written(&self) -> bool {
        false
    }

    /// Writes the sum, minimum or maximum of some values, or another aggregate: integers are summed up to 64 bits, and
    /// other numbers as doubles; every type has a minimum and a maximum.
    fn computed(&self, writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
        let _ = sql_type;
        value(writer.push(function_in_sql(function)));
        writer.push(")");
    }

    /// Writes the collation after a value of a type that is ordered by, or compared by size.
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

    /// Writes a part or the beginning of a date or a date-time in some form; of a date-time in UTC. It is an integer,
    /// or a date or date-time in the form of new tables.
    fn calendar(&self, writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
        let _ = held;
        let (function, between) = if calendar.is_part() { ("extract(", " FROM ") } else { ("date_trunc(", ", ") };
        value(writer.push(function).push(calendar.word()).push(between));
        writer.push(")");
    }

    /// Writes a call of a function.
    fn call(&self, writer: &mut Writer<'_>, call: &Call) {
        writer.call(call);
    }

    /// Writes a value as a text argument of a function.
    fn text(&self, writer: &mut Writer<'_>, value: Fragment<'_>) {
        value(writer);
    }

    /// Writes a constant of a type, if nothing next to it determines the type.
    fn constant(&self, writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
        let _ = sql_type;
        value(writer);
    }

    /// Writes a value within JSON; `NULL` if it does not exist, or is a value of another type.
    fn json(&self, writer: &mut Writer<'_>, value: &JsonValue) {
        let _ = value;
        writer.bind(Param::Refused(Mismatch::Unstorable("this database has no paths into JSON")));
    }

    /// Writes the limit and the offset of a query.
    fn limit(&self, writer: &mut Writer<'_>, limit: Option<u64>, offset: Option<u64>) {
        match limit {
            Some(limit) => writer.push(" LIMIT ").bound(limit),
            None => writer.push(" LIMIT ").push(self.no_limit()),
        };
        if let Some(offset) = offset {
            writer.push(" OFFSET ").bound(offset);
        }
    }

    /// Whether single rows can be locked. If not, a write transaction locks the whole database.
    fn locks_rows(&self) -> bool {
        true
    }

    /// Writes how the rows of a query are locked; `table` writes the name of their table, because others may be joined
    /// to it.
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

    /// Returns what follows `LIMIT` if there is an offset but no limit.
    fn no_limit(&self) -> &'static str {
        "ALL"
    }

    /// Whether `NULL`s are less than all values by default.
    fn nulls_are_least(&self) -> bool {
        true
    }

    /// Whether a term by the position of an output can have `NULLS FIRST` or `NULLS LAST`, as in `ORDER BY 1 NULLS
    /// LAST`. If not, the outputs have names, and a term of an order is written with the name.
    fn places_nulls_by_position(&self) -> bool {
        true
    }

    /// Writes a term of an order. `nulls` is the position of `NULL`s, unless it is the database's default.
    fn order_term(&self, writer: &mut Writer<'_>, value: Fragment<'_>, descending: bool, nulls: Option<Nulls>) {
        value(writer);
        writer.push(if descending { " DESC" } else { "" });
        writer.push(match nulls {
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
            None => "",
        });
    }

    /// Returns a column's type in `CREATE TABLE`.
    fn column_type(&self, column: &ColumnDef) -> &'static str;

    /// Returns why the database has no column for values of a type, and what to write instead; `None` if it has one.
    fn lacks(&self, sql_type: SqlType) -> Option<&'static str> {
        let _ = sql_type;
        None
    }

    /// Returns the column of the database that identifies the rows of a table without a key, if it has one.
    fn row_identity(&self) -> Option<&'static str> {
        None
    }

    /// Returns how a generated key is declared, for messages.
    fn assigned_key(&self) -> &'static str {
        "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    }

    /// Returns the statement that returns a row if the database does not generate a key that an insert leaves out, and
    /// would store `NULL` in it.
    fn unassigned_key(&self, table: &Table, column: &str) -> Option<Sql> {
        let _ = (table, column);
        None
    }

    /// Returns the words after a column's type by which the database generates its values, if a single integer key
    /// needs them.
    fn assigned_words(&self) -> Option<&'static str> {
        Some("GENERATED BY DEFAULT AS IDENTITY")
    }

    /// Whether rows have a key of the database, which makes `WITHOUT ROWID` the better choice for a table whose key has
    /// several columns.
    fn has_rowids(&self) -> bool {
        false
    }

    /// Whether rolling back a transaction also rolls back DDL. If not, DDL also commits its transaction.
    fn defines_in_transactions(&self) -> bool {
        true
    }

    /// Whether a stored generated column can be added to a table. If not, it is computed when it is read.
    fn adds_stored_columns(&self) -> bool {
        true
    }

    /// Whether `CREATE SCHEMA` creates the schema of a table.
    fn creates_schemas(&self) -> bool {
        true
    }

    /// Whether an index and a foreign key are in the schema of their table and name other tables without it: `CREATE
    /// INDEX "archive"."i" ON "t" (…)`. Then no foreign key refers to a table of another schema.
    fn stays_within_schema(&self) -> bool {
        false
    }

    /// Whether a foreign key may be declared before the table that it refers to exists.
    fn declares_ahead(&self) -> bool {
        false
    }

    /// Returns the statement that adds a foreign key to a table, with a quoted name, unless one with this name exists.
    fn add_missing_key(&self, table: &str, name: &str, key: &str) -> String {
        format!("ALTER TABLE {table} ADD CONSTRAINT {} {key}", self.quoted(name))
    }

    /// Returns the statement that lists the database's indexes: schema, table, whether the name is valid without the
    /// schema, index, column, whether the table's rows are on several servers, whether the index is unique at any time,
    /// whether the table has triggers, and the average size of a row in bytes or `NULL`, in the order of the index's
    /// columns.
    fn indexes(&self) -> &'static str;

    /// Returns the statement that lists the foreign keys of one column that the database enforces for all rows: the
    /// table and the column that refer, and the table and the column that they refer to. A table is its schema, its
    /// name, and whether the name is valid without the schema; an empty column means the primary key.
    fn references(&self) -> &'static str;

    /// Whether the rows of a table may be on several servers, so that an insert returns them in no order, and look-ups
    /// for one key after the other are not supported.
    fn scatters_rows(&self) -> bool {
        false
    }

    /// Returns the statement that lists how a written row of a table is returned: the name of each column, its declared
    /// type, whether it is `NOT NULL`, and whether the table stores rows as they are sent, without triggers, rules and
    /// inherited tables. `None` if this is never needed.
    fn writable_columns(&self, table: &Table) -> Option<Sql> {
        let _ = table;
        None
    }

    /// Whether a column with this declared type only holds values of the Rust types that [read every
    /// value](crate::types::Reads::Every) of a type.
    fn holds_only(&self, declared: &str, sql_type: SqlType) -> bool {
        let _ = (declared, sql_type);
        false
    }

    /// Whether a column with this declared type returns what was stored in it, unchanged.
    fn keeps(&self, declared: &str, sql_type: SqlType) -> bool {
        self.holds(declared, sql_type)
    }

    /// Returns the statement that lists tables and views by the names in its list: schema, table, whether the name is
    /// valid without the schema, `table`, `view`, `materialized view` or another word, and whether its rows are on
    /// several servers.
    fn tables(&self) -> &'static str;

    /// Returns the statement that lists the columns of tables with the names in its list, or of views if the second
    /// parameter is true: schema, table, whether the name is valid without the schema, column, declared type, whether
    /// it is `NOT NULL`, its default, whether the database generates a value for each row, and whether it is a
    /// generated column.
    fn columns(&self) -> &'static str;

    /// Returns the statement that lists the indexes of tables with the names in its list: schema, table, whether the
    /// name is valid without the schema, index, column, and whether the index is unique, the primary key, and partial;
    /// in the order of the index's columns. The column is `NULL` for an expression.
    fn indexes_of_tables(&self) -> &'static str;

    /// Returns the statement that lists the foreign keys of tables with the names in its list: schema, table, whether
    /// the name is valid without the schema, foreign key, column, schema and table that it refers to, whether that name
    /// is valid without the schema, the column there, and the `ON DELETE` action; in the order of the key's columns.
    /// The column there is `NULL` for the next column of the primary key.
    fn foreign_keys(&self) -> &'static str;

    /// Returns the statements that read the whole structure of the database, if it can be read.
    fn structure(&self) -> Option<Structure> {
        None
    }

    /// Returns the statements for changes that lead to a structure, if the database's structure can be changed.
    /// `version` is the version of SQLite, as `3053000`.
    #[cfg(feature = "migrate")]
    fn scripts(&self, changes: &[SchemaChange], after: &Schema, version: i32) -> Option<Vec<Script>> {
        let _ = (changes, after, version);
        None
    }

    /// Whether a table has to be copied for some changes of it.
    #[cfg(feature = "migrate")]
    fn copies(&self, alteration: &Alteration, version: i32) -> bool {
        let _ = (alteration, version);
        false
    }

    /// Returns the statement that lists the conditions of tables in a schema with the names in its list: table, and SQL
    /// that contains `CHECK (…)`.
    fn checks(&self, schema: &str) -> String;

    /// Returns how a column with generated values is declared, for messages.
    fn assigned_column(&self) -> &'static str {
        "GENERATED BY DEFAULT AS IDENTITY"
    }

    /// Whether one statement can drop a foreign key and add another with the same name.
    fn replaces_keys(&self) -> bool {
        false
    }

    /// Whether a statement changes the default of an existing column, and adds keys and conditions to its table. Such a
    /// database rewrites defaults.
    fn alters_columns(&self) -> bool {
        true
    }

    /// Whether a column with this declared type can store values of a type.
    fn holds(&self, declared: &str, sql_type: SqlType) -> bool;

    /// Returns the statement that begins a transaction; a read transaction is a consistent snapshot.
    fn begin(&self, access: Access) -> &'static str;

    /// Returns how migrations run; `None` if they cannot.
    #[cfg(feature = "migrate")]
    fn migrating(&self) -> Option<&'static Migrating> {
        None
    }

    /// Returns the statement that begins a savepoint.
    fn savepoint(&self, name: &str) -> String {
        format!("SAVEPOINT {}", self.quoted(name))
    }

    /// Returns the statement that rolls back to a savepoint, which remains.
    fn roll_back_to(&self, name: &str) -> String {
        format!("ROLLBACK TO {}", self.quoted(name))
    }

    /// Returns the statement that releases a savepoint.
    fn release(&self, name: &str) -> String {
        format!("RELEASE {}", self.quoted(name))
    }

    /// Returns the prefix of a statement with which the database describes its plan instead of running it, if it can.
    fn explain(&self) -> Option<&'static str> {
        None
    }

    /// Returns the statement after which the planner uses an index whenever there is one, until the transaction ends;
    /// `None` if it does so for any number of rows.
    fn prefer_indexes(&self) -> Option<&'static str> {
        None
    }

    /// Parses the lines of a plan.
    fn explained(&self, lines: &[String]) -> Explained {
        let _ = lines;
        Explained::default()
    }

    /// Returns the maximum number of parameters of one statement.
    fn max_params(&self) -> usize {
        65_535
    }
}
