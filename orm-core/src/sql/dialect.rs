//! What databases do differently.

use std::borrow::Cow;
use std::fmt;

use super::tokens::Quotes;
use super::words::writes;
use super::{Held, Match, Sql};
use crate::access::Access;
use crate::ast::{Arithmetic, Comparison, Function, Letters};
use crate::error::Result;
use crate::schema::{ColumnDef, Table};
use crate::types::{Keys, Param, SqlType};

/// The differences between databases in what the renderer writes.
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
    fn longest_name(&self) -> Option<usize>;

    /// Appends the placeholder of the `position`th parameter, counted from 1.
    fn placeholder(&self, text: &mut String, position: usize);

    /// Whether a statement of the user's own changes rows, as far as its words tell.
    fn writes(&self, text: &str) -> bool {
        writes(text, Quotes::Standard)
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

    /// How a list of keys whose parts have these types becomes a table.
    fn key_table(&self, types: &[SqlType]) -> KeyTable;

    /// Whether integer keys are found faster by comparing a column that has an index with a list, as that of
    /// [`in_list`](Self::in_list), than by joining a table of them.
    fn finds_keys_in_lists(&self) -> bool {
        false
    }

    /// Appends the placeholders of a list of keys, and what is bound to them. `compared` are the columns that the keys'
    /// parts will be compared with.
    fn bind_keys(&self, text: &mut String, params: &mut Vec<Param<'static>>, keys: Keys, compared: Compared<'_>);

    /// Whether the values of several new rows travel as an array for each column. If not, each is a parameter of its own.
    fn inserts_arrays(&self) -> bool {
        false
    }

    /// Appends the query for rows that travel as arrays: the first column, of the first of these types, is parameter 1.
    /// A column of arrays travels as one array of the elements of all rows. Where those of each row begin and end say two
    /// more arrays for each such column, whose parameters come behind those of all columns.
    fn rows_of_arrays(&self, text: &mut String, types: &[SqlType], columns: Compared<'_>) {
        let _ = (text, types, columns);
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

    /// The SQL around a value in some form that gives it the form of new tables.
    fn native(&self, held: Held) -> (String, String) {
        let _ = held;
        Default::default()
    }

    /// The SQL around a value in the form of new tables that gives it another one.
    fn stored(&self, held: Held) -> (String, String) {
        let _ = held;
        Default::default()
    }

    /// How the rows of a many-to-many relation come, each of them once.
    fn linked_rows(&self) -> LinkedRows;

    /// Whether a subquery in `FROM` may refer to the tables before it.
    fn has_lateral(&self) -> bool;

    /// The text around the parameter of a list of values: `column IN (SELECT value FROM rarray(` and `))`.
    fn in_list(&self) -> (&'static str, &'static str);

    /// What stands between two values that are compared.
    fn operator(&self, comparison: Comparison) -> &'static str {
        operator_in_sql(comparison)
    }

    /// How a text is matched with a pattern.
    fn matches(&self, letters: Letters) -> Match;

    /// How many `EXISTS` of a statement may be planned together with its joins, where the time for that grows with each.
    fn exists_planned_together(&self) -> Option<usize> {
        None
    }

    /// Whether an index finds the texts that start with a prefix only if it is matched as it is written.
    fn finds_prefixes_as_written(&self) -> bool {
        false
    }

    /// The text around a column whose sum, least or greatest value is computed: integers are summed up to 64 bits, and
    /// other numbers as doubles; every type has a least and a greatest value.
    fn computed(&self, function: Function, sql_type: SqlType) -> (&'static str, &'static str) {
        let _ = sql_type;
        function_in_sql(function)
    }

    /// What follows a value of a type where it is ordered by, or compared with another by size.
    fn order_collation(&self, sql_type: SqlType) -> &'static str {
        let _ = sql_type;
        ""
    }

    /// The text before, between and after two numbers of a type, of which another is computed.
    fn arithmetic(&self, arithmetic: Arithmetic, sql_type: SqlType) -> (&'static str, &'static str, &'static str) {
        let _ = sql_type;
        arithmetic_in_sql(arithmetic)
    }

    /// What follows `LIMIT` when there is an offset but no limit.
    fn no_limit(&self) -> &'static str;

    /// Whether `NULL`s are less than all values when nothing else is said.
    fn nulls_are_least(&self) -> bool;

    /// A column's type in `CREATE TABLE`; `generated` for a key that the database assigns.
    fn column_type(&self, column: &ColumnDef, generated: bool) -> &'static str;

    /// Why the database has no column for values of a type, and what to write instead; `None` where it has one.
    fn lacks(&self, sql_type: SqlType) -> Option<&'static str> {
        let _ = sql_type;
        None
    }

    /// What tells the rows of a table without a key apart: a column of the database's own.
    fn row_identity(&self) -> &'static str;

    /// How a key that the database assigns is declared, as messages say it.
    fn assigned_key(&self) -> &'static str;

    /// The statement that returns a row if the database does not assign a key that an insert leaves out, and would rather
    /// store `NULL` in it.
    fn unassigned_key(&self, table: &Table, column: &str) -> Option<Sql> {
        let _ = (table, column);
        None
    }

    /// What follows the closing parenthesis of `CREATE TABLE` for a table whose key has several columns.
    fn composite_key_suffix(&self) -> &'static str;

    /// The word for how a generated column is kept that is added to an existing table.
    fn added_generated_columns(&self) -> &'static str {
        "STORED"
    }

    /// Whether `CREATE SCHEMA` makes the schema of a table.
    fn creates_schemas(&self) -> bool;

    /// Whether an index and a foreign key stay within the schema of their table and name other tables without it:
    /// `CREATE INDEX "archive"."i" ON "t" (…)`. No foreign key refers to a table of another schema then.
    fn stays_within_schema(&self) -> bool {
        false
    }

    /// Whether a foreign key may be declared before the table that it refers to is there.
    fn declares_ahead(&self) -> bool;

    /// The statement that adds a foreign key to a table, whose name comes in quotes, unless one of this name is there.
    fn add_missing_key(&self, table: &str, name: &str, key: &str) -> String {
        let mut quoted = String::new();
        self.quote(&mut quoted, name);
        format!("ALTER TABLE {table} ADD CONSTRAINT {quoted} {key}")
    }

    /// The statement that lists the database's indexes: schema, table, whether the table is meant when no schema is
    /// named, index, column, whether the table's rows lie on several servers, whether the index is unique at any time, and
    /// whether the table has triggers, in the order of the index's columns.
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

    /// The statement that lists the conditions of tables in a schema with the names in its list: table, and SQL that holds
    /// `CHECK (…)`.
    fn checks(&self, schema: &str) -> String;

    /// How a column is declared whose values the database assigns, for messages.
    fn assigned_column(&self) -> &'static str;

    /// Whether one statement can drop a foreign key and add another of the same name.
    fn replaces_keys(&self) -> bool {
        false
    }

    /// Whether a statement changes the default of a column that is there already, and adds keys and conditions to its table.
    /// Such a database tells defaults in its own words.
    fn alters_columns(&self) -> bool;

    /// Whether a column declared with this type holds values of ours as they are stored.
    fn holds(&self, declared: &str, sql_type: SqlType) -> bool;

    /// The statement that begins a transaction: one that reads sees one state of the database all the time.
    fn begin(&self, access: Access) -> &'static str;

    /// The greatest number of parameters of one statement.
    fn max_params(&self) -> usize;
}

/// What stands between two values that are compared, where SQL's own operator does it, or that of PostgreSQL.
pub(super) fn operator_in_sql(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => " = ",
        Comparison::Ne => " <> ",
        Comparison::Lt => " < ",
        Comparison::Le => " <= ",
        Comparison::Gt => " > ",
        Comparison::Ge => " >= ",
        Comparison::Contains => " @> ",
        Comparison::ContainedIn => " <@ ",
        Comparison::Overlaps => " && ",
    }
}

/// The text around what a value is computed from, where SQL's own function does it.
pub(super) fn function_in_sql(function: Function) -> (&'static str, &'static str) {
    match function {
        Function::Count => ("count(", ")"),
        Function::CountDistinct => ("count(DISTINCT ", ")"),
        Function::Sum => ("sum(", ")"),
        Function::Average => ("avg(", ")"),
        Function::Min => ("min(", ")"),
        Function::Max => ("max(", ")"),
    }
}

/// The text before, between and after two numbers, where SQL's own operator does it.
pub(super) fn arithmetic_in_sql(arithmetic: Arithmetic) -> (&'static str, &'static str, &'static str) {
    match arithmetic {
        Arithmetic::Add => ("(", " + ", ")"),
        Arithmetic::Subtract => ("(", " - ", ")"),
        Arithmetic::Multiply => ("(", " * ", ")"),
    }
}

/// A table of keys in a `FROM` clause.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// The text before the parameters.
    pub before: &'static str,
    /// The text after them; the alias is `k`.
    pub after: Cow<'static, str>,
    /// The key's position in the list, counted from `first_ordinal`.
    pub ordinal: &'static str,
    /// What the first key's ordinal is.
    pub first_ordinal: i64,
    /// How the next table is joined, so that the keys stay the outer loop where the database must be told.
    pub join: &'static str,
    /// The key's parts.
    pub parts: Cow<'static, [Cow<'static, str>]>,
}

/// The columns that the parts of keys are compared with, or that values are stored in.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'n> {
    /// The schema of their table.
    pub schema: Option<&'n str>,
    /// Their table.
    pub table: &'n str,
    /// Their names, one for each part.
    pub columns: &'n [&'n str],
}

/// How the rows of a many-to-many relation come, each of them once, in the statement that gives the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedRows {
    /// The statement learns while it runs which rows were linked: a table, with the alias `w` and the column `value`, of
    /// the keys asked for by [`Row::want`](crate::row::Row).
    Wanted(&'static str),
    /// The links are read a second time, to tell which rows they lead to. Links and rows come in any order.
    Again,
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
