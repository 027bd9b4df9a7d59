//! The dialect of SQLite.

#[cfg(feature = "migrate")]
mod alter;
mod calendar;
mod catalog;
mod computed;
mod functions;
mod json;
#[cfg(feature = "migrate")]
mod migrating;
mod plan;
mod structure;

use std::borrow::Cow;

use super::dialect::Explained;
use super::dialect::{
    ComparedColumns, Fragment, LimitsEach, LinkedRows, arithmetic_in_sql, function_in_sql, operator_in_sql,
};
use super::pattern::Wildcards;
use super::tokens::{Place, Quotes, Token, tokens};
use super::{Dialect, Held, KeyTable, Sql, Structure, Writer};
use crate::access::Access;
use crate::ast::{Arithmetic, Calendar, Call, Comparison, Function, JsonValue, Letters, Pattern};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, Table};
#[cfg(feature = "migrate")]
use crate::structure::{Alteration, Schema, SchemaChange, Script};
use crate::types::{Form, Keys, Number, Param, SqlType};
use crate::value::Value;

/// The dialect of SQLite.
#[derive(Debug)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn placeholder(&self, text: &mut String, position: usize) {
        text.push('?');
        text.push_str(itoa::Buffer::new().format(position));
    }

    fn numbers_parameters(&self) -> bool {
        true
    }

    fn quotes(&self) -> Quotes {
        Quotes::Lenient
    }

    fn is_aggregate(&self, function: &str, arguments: usize) -> bool {
        functions::is_aggregate(function, arguments)
    }

    fn takes_any_row_of_group(&self) -> bool {
        true
    }

    fn is_unsteady(&self, name: &str, place: Place) -> bool {
        functions::is_unsteady(name, place)
    }

    // SQLite treats `$1` as a name, and numbers it by its first occurrence.
    fn order_params(&self, text: &str, params: &mut Vec<Param<'static>>) -> Result<()> {
        if !text.contains('$') {
            return Ok(());
        }
        let numbered = numbered_parameters(text)?;
        let Some(&last) = numbered.iter().max() else { return Ok(()) };
        if last > params.len() {
            return Err(Error::parameter_without_value(last, params.len()));
        }
        // If one is left out, the number of parameters differs from the number of values, which is an error anyway.
        if numbered.len() == params.len() {
            *params = numbered.iter().map(|number| params[number - 1].clone()).collect();
        }
        Ok(())
    }

    fn same_name(&self, one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    fn reserves(&self, table: &str) -> bool {
        table.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"))
    }

    // The SQL is the same for any number of keys, without a limit. Single keys are sent as an array, in which every
    // value keeps its type; keys of several columns as JSON, because an array has one column. JSON has no bytes: they
    // are sent as hexadecimal digits.
    fn key_table(&self, types: &[SqlType]) -> KeyTable {
        if types.len() == 1 {
            return KeyTable {
                ordinal: "k.rowid",
                first_ordinal: 1,
                join: " CROSS JOIN ",
                // A bare column would be compared as it is: 7 with the '7' of a text column, which are not equal.
                parts: Cow::Borrowed(&[Cow::Borrowed("+k.\"value\"")]),
            };
        }
        let part = |(position, sql_type): (usize, &SqlType)| match sql_type {
            SqlType::Blob | SqlType::Uuid => format!("unhex(k.\"value\" ->> {position})").into(),
            _ => format!("k.\"value\" ->> {position}").into(),
        };
        KeyTable {
            ordinal: "k.\"key\"",
            first_ordinal: 0,
            join: " CROSS JOIN ",
            parts: types.iter().enumerate().map(part).collect(),
        }
    }

    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        writer.push(if keys.types().len() == 1 { "rarray(" } else { "json_each(" });
        self.bind_keys(writer, keys, compared);
        writer.push(") AS k");
    }

    fn in_list(&self, writer: &mut Writer<'_>, _: SqlType, list: Fragment<'_>) {
        list(writer.push(" IN (SELECT \"value\" FROM rarray("));
        writer.push("))");
    }

    fn in_parameter(&self, parameter: &str, is_negated: bool) -> String {
        let not = if is_negated { "NOT " } else { "" };
        format!("{not}IN (SELECT \"value\" FROM rarray({parameter}))")
    }

    // Columns have these names by default, and cannot be renamed.
    fn table_of_rows(&self, writer: &mut Writer<'_>, rows: usize, _: usize, row: Fragment<'_>) {
        writer.push("(").values(rows, row).push(") AS v");
    }

    fn has_forms(&self) -> bool {
        true
    }

    // Neither a view nor a `WITHOUT ROWID` table has a rowid; the second statement fails there, and is left out.
    fn samples(&self, table: &Table, columns: &[usize], rows: u64) -> Vec<String> {
        let mut text = String::from("SELECT ");
        for (position, name) in table.names(columns).enumerate() {
            text.push_str(if position > 0 { ", " } else { "" });
            self.quote(&mut text, name);
        }
        text.push_str(" FROM ");
        if let Some(schema) = table.schema {
            self.quote(&mut text, schema);
            text.push('.');
        }
        self.quote(&mut text, table.name);
        vec![format!("{text} LIMIT {rows}"), format!("{text} ORDER BY rowid DESC LIMIT {rows}")]
    }

    fn native(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        if let Form::Words { yes, no } = held.form {
            value(writer.push("CASE "));
            writer.push(&format!(" WHEN {} THEN 1 WHEN {} THEN 0 END", quoted(yes), quoted(no)));
            return;
        }
        let Some(function) = reader(held.sql_type) else { return value(writer) };
        value(writer.push(function).push("("));
        writer.push(&format!(", {})", held.form.code()));
    }

    fn stored(&self, writer: &mut Writer<'_>, held: Held, value: Fragment<'_>) {
        if let Form::Words { yes, no } = held.form {
            value(writer.push("CASE "));
            writer.push(&format!(" WHEN 1 THEN {} WHEN 0 THEN {} END", quoted(yes), quoted(no)));
            return;
        }
        let Some(function) = reader(held.sql_type) else { return value(writer) };
        value(writer.push(&function.replacen("orm_", "orm_stored_", 1)).push("("));
        writer.push(&format!(", {})", held.form.code()));
    }

    // SQLite runs the parts of a `UNION ALL` one after the other, as rows are read. A function of this library in the
    // second part is called when all rows of the first part have been delivered, and returns the keys that they
    // requested.
    fn linked_rows(&self) -> LinkedRows {
        LinkedRows::Wanted { table: "rarray(orm_wanted()) AS w", key: "w.\"value\"" }
    }

    fn limits_each(&self) -> LimitsEach {
        LimitsEach::Subquery
    }

    // There are no arrays. The statement never runs: binding an array returns an error.
    fn operator(&self, comparison: Comparison) -> &'static str {
        match comparison {
            Comparison::Contains | Comparison::ContainedIn | Comparison::Overlaps => " = ",
            comparison => operator_in_sql(comparison),
        }
    }

    // `GLOB` is case-sensitive. SQLite's own optimisation searches an index for it, and knows when that would find
    // other rows: a column with a numeric affinity would compare "20" as a number.
    fn matches(&self, writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
        value(writer);
        match letters {
            Letters::EitherCase => writer.push(" LIKE ").pattern(pattern, Wildcards::Like).push(" ESCAPE '\\'"),
            Letters::AsWritten => writer.push(" GLOB ").pattern(pattern, Wildcards::Glob),
        };
    }

    // `LIKE` uses only an index with the collation `NOCASE`.
    fn finds_prefixes_as_written(&self) -> bool {
        true
    }

    // Decimals and IP addresses are text, which is equal if the values are, but not ordered as they are: collations and
    // functions of this library are.
    fn order_collation(&self, writer: &mut Writer<'_>, sql_type: SqlType) {
        writer.push(match sql_type {
            SqlType::Decimal => " COLLATE \"orm_decimal\"",
            SqlType::Inet => " COLLATE \"orm_inet\"",
            _ => "",
        });
    }

    fn computed(&self, writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
        let is_ordered = matches!(function, Function::Min | Function::Max);
        if function == Function::Sum && sql_type == SqlType::Decimal {
            value(writer.push("orm_sum("));
        } else {
            value(writer.push(function_in_sql(function)));
        }
        if is_ordered {
            self.order_collation(writer, sql_type);
        }
        writer.push(")");
    }

    fn arithmetic(
        &self,
        writer: &mut Writer<'_>,
        arithmetic: Arithmetic,
        sql_type: SqlType,
        [left, right]: [Fragment<'_>; 2],
    ) {
        let (before, between) = match (arithmetic, sql_type) {
            (Arithmetic::Add, SqlType::Decimal) => ("orm_add(", ", "),
            (Arithmetic::Subtract, SqlType::Decimal) => ("orm_subtract(", ", "),
            (Arithmetic::Multiply, SqlType::Decimal) => ("orm_multiply(", ", "),
            (arithmetic, _) => ("(", arithmetic_in_sql(arithmetic)),
        };
        left(writer.push(before));
        right(writer.push(between));
        writer.push(")");
    }

    fn calendar(&self, writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
        calendar::calendar(writer, calendar, held, value);
    }

    fn call(&self, writer: &mut Writer<'_>, call: &Call) {
        computed::call(writer, call);
    }

    fn json(&self, writer: &mut Writer<'_>, value: &JsonValue) {
        json::json(writer, value);
    }

    fn no_limit(&self) -> &'static str {
        "-1"
    }

    fn column_type(&self, column: &ColumnDef) -> &'static str {
        match column.form {
            Form::Native | Form::Mixed => {}
            Form::Text(_) | Form::Uuid(_) | Form::Words { .. } | Form::Fixed(_) => return "TEXT",
            Form::Unix(_, Number::Integer) | Form::MinorUnits(_) => return "INTEGER",
            Form::Unix(_, Number::Real) | Form::JulianDay => return "REAL",
            Form::Numeric => return "NUMERIC",
        }
        match column.sql_type {
            SqlType::Bool | SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => "INTEGER",
            SqlType::Real32 | SqlType::Real64 => "REAL",
            SqlType::Text
            | SqlType::Date
            | SqlType::Time
            | SqlType::DateTime
            | SqlType::Timestamp
            | SqlType::Decimal
            | SqlType::Json
            | SqlType::Inet
            // No table is created with such a column; see `lacks`.
            | SqlType::Interval
            | SqlType::Range(_)
            | SqlType::Array(_) => "TEXT",
            SqlType::Blob | SqlType::Uuid => "BLOB",
        }
    }

    fn lacks(&self, sql_type: SqlType) -> Option<&'static str> {
        match sql_type {
            SqlType::Array(_) => {
                Some("SQLite has no arrays; to store the values as JSON, write `#[model(json)]` on the field")
            }
            SqlType::Interval => {
                Some("SQLite has no intervals; to store a duration, use an integer, such as its microseconds")
            }
            SqlType::Range(_) => Some("SQLite has no ranges; store the two bounds in two columns"),
            _ => None,
        }
    }

    fn row_identity(&self) -> Option<&'static str> {
        Some("rowid")
    }

    // It would have to be computed for existing rows.
    fn adds_stored_columns(&self) -> bool {
        false
    }

    fn assigned_key(&self) -> &'static str {
        "INTEGER PRIMARY KEY"
    }

    // SQLite generates the rowid, which is the key of a table without an index for its key. In any other key it stores
    // `NULL`, unless the column has a default, or a trigger sets it.
    fn unassigned_key(&self, table: &Table, column: &str) -> Option<Sql> {
        let mut text = String::from("SELECT 1 FROM pragma_table_info(?1");
        let of_schema = if table.schema.is_some() { ", ?3)" } else { ")" };
        text.push_str(of_schema);
        text.push_str(
            " AS c WHERE c.\"name\" = ?2 COLLATE NOCASE AND c.\"dflt_value\" IS NULL AND (c.\"pk\" = 0 OR EXISTS (\
             SELECT 1 FROM pragma_index_list(?1",
        );
        text.push_str(of_schema);
        text.push_str(" AS i WHERE i.\"origin\" = 'pk')) AND NOT EXISTS (SELECT 1 FROM ");
        if let Some(schema) = table.schema {
            self.quote(&mut text, schema);
            text.push('.');
        }
        text.push_str("sqlite_schema AS s WHERE s.\"type\" = 'trigger' AND s.\"tbl_name\" = ?1 COLLATE NOCASE)");
        let names = [Some(table.name), Some(column), table.schema].into_iter().flatten();
        let params = names.map(|name| Param::Value(Value::Text(name.to_owned().into()))).collect();
        Some(Sql { params, ..Sql::fixed(&text) })
    }

    // Two tables with one name are not distinguished here.
    fn writable_columns(&self, table: &Table) -> Option<Sql> {
        let name = Param::Value(Value::Text(table.name.to_owned().into()));
        table.schema.is_none().then(|| Sql { params: vec![name], ..Sql::fixed(catalog::WRITABLE_COLUMNS) })
    }

    // A column with the affinity of another type converts the stored values.
    fn keeps(&self, declared: &str, sql_type: SqlType) -> bool {
        match sql_type {
            SqlType::Bool | SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => {
                matches!(Affinity::of(declared), Affinity::Integer | Affinity::Numeric | Affinity::None)
            }
            SqlType::Text => Affinity::of(declared) == Affinity::Text,
            SqlType::Blob => true,
            _ => false,
        }
    }

    // The rows of a join table are its key: stored in the key's order, they need no second B-tree for look-ups.
    fn has_rowids(&self) -> bool {
        true
    }

    // A single integer key is the rowid.
    fn assigned_words(&self) -> Option<&'static str> {
        None
    }

    fn creates_schemas(&self) -> bool {
        false
    }

    fn stays_within_schema(&self) -> bool {
        true
    }

    fn declares_ahead(&self) -> bool {
        true
    }

    fn indexes(&self) -> &'static str {
        catalog::INDEXES
    }

    fn references(&self) -> &'static str {
        catalog::REFERENCES
    }

    fn tables(&self) -> &'static str {
        catalog::TABLES
    }

    fn columns(&self) -> &'static str {
        catalog::COLUMNS
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
    fn scripts(&self, changes: &[SchemaChange], _after: &Schema, version: i32) -> Option<Vec<Script>> {
        Some(alter::scripts(changes, self, version))
    }

    #[cfg(feature = "migrate")]
    fn copies(&self, alteration: &Alteration, version: i32) -> bool {
        alter::copies(alteration, self, version)
    }

    fn checks(&self, schema: &str) -> String {
        let mut text = "SELECT s.\"name\", s.\"sql\" FROM ".to_owned();
        self.quote(&mut text, schema);
        text + ".sqlite_schema AS s WHERE s.\"type\" = 'table' AND lower(s.\"name\") IN \
                (SELECT lower(n.\"value\") FROM rarray(?1) AS n)"
    }

    fn assigned_column(&self) -> &'static str {
        "INTEGER PRIMARY KEY"
    }

    fn alters_columns(&self) -> bool {
        false
    }

    fn holds(&self, declared: &str, sql_type: SqlType) -> bool {
        let affinity = Affinity::of(declared);
        match sql_type {
            SqlType::Bool | SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => {
                matches!(affinity, Affinity::Integer | Affinity::Numeric | Affinity::None)
            }
            SqlType::Real32 | SqlType::Real64 => {
                matches!(affinity, Affinity::Real | Affinity::Numeric | Affinity::None)
            }
            // Columns with types such as `DATE` have numeric affinity, and keep text that is not a number.
            SqlType::Text
            | SqlType::Date
            | SqlType::Time
            | SqlType::DateTime
            | SqlType::Timestamp
            | SqlType::Json
            | SqlType::Inet => matches!(affinity, Affinity::Text | Affinity::Numeric | Affinity::None),
            // A numeric column would convert the text to a floating-point number.
            SqlType::Decimal => matches!(affinity, Affinity::Text | Affinity::None),
            // A column of any type keeps bytes unchanged. `lacks` refuses intervals, ranges and arrays.
            SqlType::Blob | SqlType::Uuid | SqlType::Interval | SqlType::Range(_) | SqlType::Array(_) => true,
        }
    }

    // A write transaction that began by reading could find that another has written since, and fail. Only one write
    // transaction runs at a time.
    fn locks_rows(&self) -> bool {
        false
    }

    fn truth(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    fn begin(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "BEGIN",
            Access::Write => "BEGIN IMMEDIATE",
        }
    }

    #[cfg(feature = "migrate")]
    fn migrating(&self) -> Option<&'static super::Migrating> {
        Some(&migrating::MIGRATING)
    }

    fn explain(&self) -> Option<&'static str> {
        Some("EXPLAIN QUERY PLAN ")
    }

    fn explained(&self, lines: &[String]) -> Explained {
        plan::explained(lines)
    }

    fn max_params(&self) -> usize {
        32_766
    }
}

/// The function of this library that converts a stored value to the form of new tables.
fn reader(sql_type: SqlType) -> Option<&'static str> {
    Some(match sql_type {
        SqlType::Bool => "orm_bool",
        SqlType::Uuid => "orm_uuid",
        SqlType::Date => "orm_date",
        SqlType::Time => "orm_time",
        SqlType::DateTime => "orm_date_time",
        SqlType::Timestamp => "orm_instant",
        SqlType::Decimal => "orm_decimal",
        SqlType::Inet => "orm_inet",
        _ => return None,
    })
}

/// The numbers of the parameters `$1`, without duplicates, in the order of their first occurrence.
fn numbered_parameters(text: &str) -> Result<Vec<usize>> {
    let (mut numbers, mut others) = (Vec::new(), false);
    for token in tokens(text, Quotes::Lenient) {
        let Token::Parameter(parameter) = token else { continue };
        match parameter.strip_prefix('$').and_then(|number| number.parse().ok()) {
            Some(number) if number > 0 => {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            _ => others = true,
        }
    }
    if others && !numbers.is_empty() {
        return Err(Error::invalid(
            "the statement mixes `$1` with other parameters; write all of them as `$1`, `$2`, …",
        ));
    }
    Ok(numbers)
}

/// A text as a literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The affinity of a declared type: <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    None,
    Real,
    Numeric,
}

impl Affinity {
    fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let says = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if says(&["INT"]) {
            Affinity::Integer
        } else if says(&["CHAR", "CLOB", "TEXT"]) {
            Affinity::Text
        } else if declared.is_empty() || says(&["BLOB"]) {
            Affinity::None
        } else if says(&["REAL", "FLOA", "DOUB"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }
}
