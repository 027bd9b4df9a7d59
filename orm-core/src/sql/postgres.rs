//! The dialect of PostgreSQL.

#[cfg(feature = "migrate")]
mod alter;
mod calendar;
mod catalog;
mod cockroach;
mod computed;
mod functions;
mod json;
#[cfg(feature = "migrate")]
mod migrating;
mod plan;
mod session;
mod structure;
mod types;

use super::ddl::Parts;
use super::dialect::{Explained, Fragment, function_in_sql};
use super::pattern::Wildcards;
use super::tokens::{Place, Quotes, Token, tokens};
use super::{ComparedColumns, Dialect, Held, KeyTable, Sql, Structure, Writer, columns_of};
use crate::access::Access;
use crate::ast::{Calendar, Call, Function, JsonValue, Letters, Pattern};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, Table};
use crate::structure::Name;
#[cfg(feature = "migrate")]
use crate::structure::{Schema, SchemaChange, Script};
use crate::types::{Keys, Param, SqlType};
use crate::value::Value;

pub use cockroach::COCKROACH;
#[cfg(feature = "postgres")]
pub(crate) use session::changes_session;
use types::{native_type, range_types};

/// The dialect of PostgreSQL, and of databases with similar SQL.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent property of a database")]
pub struct Postgres {
    name: &'static str,
    row_identity: &'static str,
    nulls_are_least: bool,
    finds_keys_in_lists: bool,
    inserts_arrays: bool,
    scatters_rows: bool,
    replaces_keys: bool,
    exists_planned_together: Option<usize>,
    writable_columns: Option<&'static str>,
    column_type: fn(&ColumnDef) -> &'static str,
    matches: fn(&mut Writer<'_>, Fragment<'_>, &Pattern, Letters),
    computed: fn(&mut Writer<'_>, Function, SqlType, Fragment<'_>),
    constant: fn(&mut Writer<'_>, SqlType, Fragment<'_>),
    add_missing_key: fn(table: &str, name: &str, key: &str) -> String,
}

/// PostgreSQL itself.
pub static POSTGRES: Postgres = Postgres {
    name: "postgresql",
    row_identity: "ctid",
    nulls_are_least: false,
    // A list is looked up in an index key by key. For a table of keys the planner does not know the number of keys, and
    // reads the whole table that it joins. Without an index the list is slow: it may be searched for each row.
    finds_keys_in_lists: true,
    // The SQL is the same for any number of rows, without a limit.
    inserts_arrays: true,
    scatters_rows: true,
    replaces_keys: true,
    // It plans them as joins, and tries their orders, which takes minutes for some hundreds. This is the number of
    // joins that it orders.
    exists_planned_together: Some(8),
    writable_columns: Some(catalog::WRITABLE_COLUMNS),
    column_type,
    matches,
    computed,
    constant: computed::constant,
    add_missing_key,
};

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        self.name
    }

    // It would truncate longer names, and two that begin equally would be the same.
    fn longest_name(&self) -> Option<usize> {
        Some(LONGEST_NAME)
    }

    fn placeholder(&self, text: &mut String, position: usize) {
        text.push('$');
        text.push_str(itoa::Buffer::new().format(position));
    }

    fn numbers_parameters(&self) -> bool {
        true
    }

    fn order_params(&self, text: &str, params: &mut Vec<Param<'static>>) -> Result<()> {
        if text.contains('?') && asks_for_values(text, params.len()) {
            return Err(Error::invalid(
                "`?` is an operator to PostgreSQL; write parameters as `$1`, `$2`, …, which every database takes",
            ));
        }
        Ok(())
    }

    // The SQL is the same for any number of keys, without a limit: an array for each column.
    fn key_table(&self, types: &[SqlType]) -> KeyTable {
        KeyTable {
            ordinal: "k.\"ord\"",
            first_ordinal: 1,
            join: " JOIN ",
            parts: (0..types.len()).map(|position| format!("k.{}", key_part(position, types.len())).into()).collect(),
        }
    }

    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        let width = keys.types().len();
        self.bind_keys(writer.push("unnest("), keys, compared);
        writer.push(") WITH ORDINALITY AS k(");
        for position in 0..width {
            writer.push(&key_part(position, width)).push(", ");
        }
        writer.push("\"ord\")");
    }

    fn finds_keys_in_lists(&self) -> bool {
        self.finds_keys_in_lists
    }

    fn bind_keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        let types = keys.types().to_vec();
        let first = writer.params.len();
        match keys {
            Keys::Ints(_) => writer.params.push(Param::Keys(keys)),
            Keys::Values { values, .. } => writer.params.extend(columns_of(values, types.len()).map(Param::List)),
        }
        for (position, (sql_type, column)) in types.iter().zip(compared.columns).enumerate() {
            writer.push(if position > 0 { ", " } else { "" });
            self.compared_array(&mut writer.text, first + position + 1, *sql_type, column, compared);
        }
    }

    fn inserts_arrays(&self) -> bool {
        self.inserts_arrays
    }

    fn rows_of_arrays(&self, writer: &mut Writer<'_>, types: &[SqlType], columns: ComparedColumns<'_>) {
        let text = &mut writer.text;
        text.push_str("SELECT ");
        let mut places = types.len() + 1;
        for (position, (sql_type, column)) in types.iter().zip(columns.columns).enumerate() {
            text.push_str(if position > 0 { ", " } else { "" });
            if let SqlType::Array(_) = sql_type {
                text.push('(');
                self.stored_array(text, 1 + position, *sql_type, column, columns);
                text.push_str(")[unnest(");
                self.placeholder(text, places);
                text.push_str("::integer[]):unnest(");
                self.placeholder(text, places + 1);
                text.push_str("::integer[])]");
                places += 2;
            } else {
                text.push_str("unnest(");
                self.stored_array(text, 1 + position, *sql_type, column, columns);
                text.push(')');
            }
        }
    }

    fn exists_planned_together(&self) -> Option<usize> {
        self.exists_planned_together
    }

    fn is_aggregate(&self, function: &str, _: usize) -> bool {
        functions::is_aggregate(function)
    }

    fn is_unsteady(&self, name: &str, place: Place) -> bool {
        functions::is_unsteady(name, place)
    }

    // The array has the type of the value before it.
    fn in_list(&self, writer: &mut Writer<'_>, _: SqlType, list: Fragment<'_>) {
        list(writer.push(" = ANY("));
        writer.push(")");
    }

    fn matches(&self, writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
        (self.matches)(writer, value, pattern, letters);
    }

    fn computed(&self, writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
        (self.computed)(writer, function, sql_type, value);
    }

    fn calendar(&self, writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
        calendar::calendar(writer, calendar, held, value);
    }

    fn call(&self, writer: &mut Writer<'_>, call: &Call) {
        computed::call(writer, call);
    }

    fn text(&self, writer: &mut Writer<'_>, value: Fragment<'_>) {
        computed::text(writer, value);
    }

    fn constant(&self, writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
        (self.constant)(writer, sql_type, value);
    }

    fn json(&self, writer: &mut Writer<'_>, value: &JsonValue) {
        json::json(writer, value);
    }

    fn nulls_are_least(&self) -> bool {
        self.nulls_are_least
    }

    fn column_type(&self, column: &ColumnDef) -> &'static str {
        (self.column_type)(column)
    }

    fn row_identity(&self) -> Option<&'static str> {
        Some(self.row_identity)
    }

    fn add_missing_key(&self, table: &str, name: &str, key: &str) -> String {
        (self.add_missing_key)(table, name, key)
    }

    fn indexes(&self) -> &'static str {
        catalog::INDEXES
    }

    fn references(&self) -> &'static str {
        catalog::REFERENCES
    }

    fn scatters_rows(&self) -> bool {
        self.scatters_rows
    }

    fn tables(&self) -> &'static str {
        catalog::TABLES
    }

    fn columns(&self) -> &'static str {
        catalog::COLUMNS
    }

    fn writable_columns(&self, table: &Table) -> Option<Sql> {
        let name = Parts::new(self).name(&Name::new(table.schema, table.name));
        let name = Param::Value(Value::Text(name.into()));
        self.writable_columns.map(|text| Sql { params: vec![name], ..Sql::fixed(text) })
    }

    fn holds_only(&self, declared: &str, sql_type: SqlType) -> bool {
        match sql_type {
            SqlType::Int16 => declared == "smallint",
            SqlType::Int32 => declared == "integer",
            SqlType::Real32 => declared == "real",
            SqlType::Bool | SqlType::Int64 | SqlType::Real64 | SqlType::Text | SqlType::Blob | SqlType::Uuid => {
                self.holds(declared, sql_type)
            }
            _ => false,
        }
    }

    // It pads text with spaces.
    fn keeps(&self, declared: &str, sql_type: SqlType) -> bool {
        declared != "character" && self.holds(declared, sql_type)
    }

    fn indexes_of_tables(&self) -> &'static str {
        catalog::INDEXES_OF_TABLES
    }

    fn foreign_keys(&self) -> &'static str {
        catalog::FOREIGN_KEYS
    }

    fn structure(&self) -> Option<Structure> {
        Some(structure::STRUCTURE)
    }

    #[cfg(feature = "migrate")]
    fn scripts(&self, changes: &[SchemaChange], after: &Schema, _version: i32) -> Option<Vec<Script>> {
        Some(alter::scripts(changes, after, self))
    }

    fn checks(&self, schema: &str) -> String {
        catalog::checks(schema)
    }

    fn replaces_keys(&self) -> bool {
        self.replaces_keys
    }

    fn holds(&self, declared: &str, sql_type: SqlType) -> bool {
        match sql_type {
            SqlType::Bool => declared == "boolean",
            SqlType::Int16 => ["smallint", "integer", "bigint"].contains(&declared),
            SqlType::Int32 => ["integer", "bigint"].contains(&declared),
            SqlType::Int64 => declared == "bigint",
            SqlType::Real32 => ["real", "double precision"].contains(&declared),
            SqlType::Real64 => declared == "double precision",
            // Values of all types without a separate Rust type are sent as text.
            SqlType::Text => !OTHER_FIELDS.contains(&declared) && !declared.ends_with("[]"),
            SqlType::Blob => declared == "bytea",
            SqlType::Uuid => declared == "uuid",
            SqlType::Date => declared == "date",
            SqlType::Time => declared == "time without time zone",
            SqlType::DateTime => declared == "timestamp without time zone",
            SqlType::Timestamp => declared == "timestamp with time zone",
            SqlType::Decimal => declared == "numeric",
            SqlType::Interval => declared == "interval",
            SqlType::Json => ["json", "jsonb"].contains(&declared),
            SqlType::Inet => ["inet", "cidr"].contains(&declared),
            SqlType::Range(bound) => declared == range_types(*bound).0,
            SqlType::Array(element) => {
                declared.strip_suffix("[]").is_some_and(|declared| self.holds(declared, *element))
            }
        }
    }

    fn begin(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        }
    }

    #[cfg(feature = "migrate")]
    fn migrating(&self) -> Option<&'static super::Migrating> {
        Some(&migrating::MIGRATING)
    }

    fn explain(&self) -> Option<&'static str> {
        Some("EXPLAIN (COSTS OFF) ")
    }

    fn prefer_indexes(&self) -> Option<&'static str> {
        Some(plan::PREFER_INDEXES)
    }

    fn explained(&self, lines: &[String]) -> Explained {
        plan::explained(lines)
    }
}

fn column_type(column: &ColumnDef) -> &'static str {
    column.declared.unwrap_or_else(|| native_type(column.sql_type))
}

/// In this collation only ASCII letters have two cases. As `text`, an enum can be matched, `character` has no trailing
/// spaces, and `citext` is case-sensitive; for an index of a text column the cast makes no difference.
fn matches(writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
    value(writer.push("CAST("));
    like(writer.push(" AS text) COLLATE \"C\""), pattern, letters);
}

/// ` ILIKE $1 ESCAPE '\'`
fn like(writer: &mut Writer<'_>, pattern: &Pattern, letters: Letters) {
    let operator = if letters == Letters::EitherCase { " ILIKE " } else { " LIKE " };
    writer.push(operator).pattern(pattern, Wildcards::Like).push(" ESCAPE '\\'");
}

fn computed(writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
    let (before, after) = match (function, sql_type) {
        // The average of integers is a `numeric` too.
        (Function::Average, _) => ("avg(CAST(", " AS double precision))"),
        // The sum of a `bigint` is a `numeric`, and the sum of a `real` is not more exact than a `real`.
        (Function::Sum, SqlType::Int16 | SqlType::Int32 | SqlType::Int64) => ("CAST(sum(", ") AS bigint)"),
        (Function::Sum, SqlType::Real32) => ("sum(CAST(", " AS double precision))"),
        (Function::Min, SqlType::Bool) => ("bool_and(", ")"),
        (Function::Max, SqlType::Bool) => ("bool_or(", ")"),
        // Text in this collation, and bytes as hexadecimal digits, are ordered as their bytes are.
        (Function::Min, SqlType::Uuid) => ("CAST(min(CAST(", " AS text) COLLATE \"C\") AS uuid)"),
        (Function::Max, SqlType::Uuid) => ("CAST(max(CAST(", " AS text) COLLATE \"C\") AS uuid)"),
        (Function::Min, SqlType::Blob) => ("decode(min(encode(", ", 'hex') COLLATE \"C\"), 'hex')"),
        (Function::Max, SqlType::Blob) => ("decode(max(encode(", ", 'hex') COLLATE \"C\"), 'hex')"),
        (Function::Min, SqlType::Json) => ("CAST(min(CAST(", " AS text) COLLATE \"C\") AS jsonb)"),
        (Function::Max, SqlType::Json) => ("CAST(max(CAST(", " AS text) COLLATE \"C\") AS jsonb)"),
        (function, _) => (function_in_sql(function), ")"),
    };
    value(writer.push(before));
    writer.push(after);
}

/// A constraint has no `IF NOT EXISTS`. Catching the error of an existing one would still lock the table; and
/// YugabyteDB may refuse DDL in a block that catches errors.
fn add_missing_key(table: &str, name: &str, key: &str) -> String {
    let quoted = POSTGRES.quoted(name);
    let [of, named] = [table, name].map(|name| name.replace('\'', "''"));
    format!(
        "DO $orm$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = '{of}'::regclass AND conname = '{named}') \
         THEN ALTER TABLE {table} ADD CONSTRAINT {quoted} {key}; END IF; END $orm$"
    )
}

/// The column of a part of the key in a table of keys.
fn key_part(position: usize, width: usize) -> String {
    if width == 1 { "\"value\"".to_owned() } else { format!("\"value{position}\"") }
}

/// The types whose values are not read as `String`.
const OTHER_FIELDS: [&str; 16] = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "oid",
    "real",
    "double precision",
    "bytea",
    "uuid",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "numeric",
    "json",
    "jsonb",
];

impl Postgres {
    /// An array of values that a column is compared with: `$1::bigint[]`, or an array of the column's type. A text type
    /// with its own comparison, such as a case-insensitive one, is compared by its rules only if both sides have it.
    fn compared_array(
        &self,
        text: &mut String,
        position: usize,
        sql_type: SqlType,
        column: &str,
        of: ComparedColumns<'_>,
    ) {
        let array = match sql_type {
            SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => "::bigint[]",
            SqlType::Blob => "::bytea[]",
            SqlType::Uuid => "::uuid[]",
            _ => return self.column_array(text, position, column, of),
        };
        self.placeholder(text, position);
        text.push_str(array);
    }

    /// An array of values that a column stores, of the column's type: a native enum does not accept `text`, and a
    /// number that does not fit is known before it is sent.
    fn stored_array(
        &self,
        text: &mut String,
        position: usize,
        sql_type: SqlType,
        column: &str,
        of: ComparedColumns<'_>,
    ) {
        match sql_type {
            SqlType::Blob | SqlType::Uuid => self.compared_array(text, position, sql_type, column, of),
            _ => self.column_array(text, position, column, of),
        }
    }

    /// `coalesce($1, ARRAY(SELECT x."name" FROM "clubs" AS x WHERE false))`, which the planner simplifies to `$1`.
    fn column_array(&self, text: &mut String, position: usize, column: &str, of: ComparedColumns<'_>) {
        text.push_str("coalesce(");
        self.placeholder(text, position);
        text.push_str(", ARRAY(SELECT x.");
        self.quote(text, column);
        text.push_str(" FROM ");
        if let Some(schema) = of.schema {
            self.quote(text, schema);
            text.push('.');
        }
        self.quote(text, of.table);
        text.push_str(" AS x WHERE false))");
    }
}

/// Whether a statement has parameters that PostgreSQL treats as operators: `?1`, or `?` if values are bound and nothing
/// else is a parameter. `data ? 'key'` tests whether JSON has a key.
fn asks_for_values(text: &str, bound: usize) -> bool {
    let (mut numbered, mut bare) = (false, false);
    for token in tokens(text, Quotes::Standard) {
        match token {
            Token::Parameter("?") => bare = true,
            Token::Parameter(parameter) if parameter.starts_with('?') => return true,
            Token::Parameter(_) => numbered = true,
            _ => {}
        }
    }
    bare && !numbered && bound > 0
}

/// The first identifier in a statement that is longer than PostgreSQL allows. It would be truncated silently, and two
/// that begin equally would be the same.
pub(crate) fn long_name(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (end, name) = match first {
            '"' => match quoted(rest) {
                Some((name, behind)) => (rest.len() - behind.len(), Some(name)),
                None => (rest.len(), None),
            },
            '\'' => (past(&rest[1..], "'") + 1, None),
            '-' if rest.starts_with("--") => (past(rest, "\n"), None),
            '/' if rest.starts_with("/*") => (past(rest, "*/"), None),
            '$' => (dollar_quoted(rest), None),
            letter if is_name(letter) => {
                let end = rest.find(|other| !is_name(other)).unwrap_or(rest.len());
                // The prefix of a literal, as in `E'…'`, is too short to matter.
                (end, Some(rest[..end].to_owned()))
            }
            other => (other.len_utf8(), None),
        };
        if let Some(name) = name.filter(|name| name.len() > LONGEST_NAME) {
            return Some(name);
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    None
}

/// The maximum number of bytes in an identifier.
pub(crate) const LONGEST_NAME: usize = 63;

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || !letter.is_ascii()
}

/// The position after a mark in a text.
fn past(text: &str, mark: &str) -> usize {
    text.find(mark).map_or(text.len(), |at| at + mark.len())
}

/// The quoted identifier at the beginning of a text, and the text after it; `None` if the quote is not closed.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (part, behind) = rest.split_once('"')?;
        name.push_str(part);
        // A doubled quote is a part of the identifier.
        let Some(more) = behind.strip_prefix('"') else { return Some((name, behind)) };
        name.push('"');
        rest = more;
    }
}

/// The position after the parameter, or after the string quoted by `$tag$`, at the beginning of a text.
fn dollar_quoted(text: &str) -> usize {
    let tag = past(&text[1..], "$") + 1;
    let is_tag = text[..tag].len() > 1 && text[..tag].ends_with('$') && text[1..tag - 1].chars().all(is_name);
    if is_tag { tag + past(&text[tag..], &text[..tag]) } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_cut_are_found() {
        let (fits, long) = ("f".repeat(63), "l".repeat(64));
        let sound = [
            format!("SELECT \"{fits}\", {fits} FROM x"),
            format!("SELECT '{long}''{long}', E'{long}' -- {long}\n, /* {long} */ $1"),
            format!("DO $orm$ {long} $orm$; SELECT $$ {long} $$, $1, $2"),
            format!("\"{}\"", "\"\"".repeat(63)),
            "\"not closed".to_owned(),
            "$".to_owned(),
            String::new(),
        ];
        for text in sound {
            assert_eq!(long_name(&text), None, "{text}");
        }
        for text in [
            format!("SELECT t0.\"{long}\""),
            format!("SELECT {long}"),
            format!("SELECT '\"', \"{long}\", '\"'"),
            format!("SELECT $1, $2::{long}"),
            format!("SELECT 1 -- \n, {long}"),
        ] {
            assert_eq!(long_name(&text), Some(long.clone()), "{text}");
        }
        let doubled = format!("{}\"x", "d".repeat(62));
        assert_eq!(long_name(&format!("\"{}\"", doubled.replace('"', "\"\""))), Some(doubled));
        let wide = "\u{e4}".repeat(32);
        assert_eq!(long_name(&format!("\"{wide}\"")), Some(wide), "bytes are counted");
    }
}
