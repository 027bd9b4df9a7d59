//! The dialect of a database without `RETURNING`, `ON CONFLICT`, `NULLS FIRST` and `LATERAL`: the special cases of MariaDB.
//! Its correct statements show that such a database only needs its own files.

use std::borrow::Cow;

use crate::access::Access;
use crate::ast::{Call, Function, Letters, Lock, Nulls, Pattern, Scalar, Strength};

use crate::schema::ColumnDef;
use crate::sql::dialect::waiting_in_sql;
use crate::sql::pattern::Wildcards;
use crate::sql::{ComparedColumns, Conflict, Dialect, Fragment, KeyTable, LimitsEach, OnMatch, Writer};
use crate::types::{Keys, SqlType};

/// Returns the names in a list.
macro_rules! names {
    () => {
        "(SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` varchar(64) PATH '$')) AS l)"
    };
}

#[derive(Debug)]
pub(super) struct MariaDb;

impl Dialect for MariaDb {
    fn name(&self) -> &'static str {
        "mariadb"
    }

    fn quote(&self, text: &mut String, name: &str) {
        text.push('`');
        text.push_str(&name.replace('`', "``"));
        text.push('`');
    }

    fn longest_name(&self) -> Option<usize> {
        Some(64)
    }

    fn key_table(&self, types: &[SqlType]) -> KeyTable {
        let part = |position| Cow::Owned(format!("k.`{}`", key_part(position, types.len())));
        KeyTable { ordinal: "k.`ord`", first_ordinal: 1, join: " JOIN ", parts: (0..types.len()).map(part).collect() }
    }

    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        let types = keys.types().to_vec();
        self.bind_keys(writer.push("JSON_TABLE("), keys, compared);
        writer.push(", '$[*]' COLUMNS (").name("ord").push(" FOR ORDINALITY");
        for (position, &sql_type) in types.iter().enumerate() {
            let path = if types.len() == 1 { "$".to_owned() } else { format!("$[{position}]") };
            writer.push(", ").name(&key_part(position, types.len()));
            writer.push(&format!(" {} PATH '{path}'", type_of(sql_type)));
        }
        writer.push(")) AS k");
    }

    fn in_list(&self, writer: &mut Writer<'_>, sql_type: SqlType, list: Fragment<'_>) {
        list(writer.push(" IN (SELECT l.").name("value").push(" FROM JSON_TABLE("));
        writer.push(", '$[*]' COLUMNS (").name("value").push(&format!(" {} PATH '$')) AS l)", type_of(sql_type)));
    }

    // A derived table has no list of columns, and a `VALUES` in it accepts no parameters.
    fn table_of_rows(&self, writer: &mut Writer<'_>, rows: usize, width: usize, row: Fragment<'_>) {
        writer.push("(WITH v (").numbered_columns(width).push(") AS (");
        writer.separated(" UNION ALL ", 0..rows, |writer, _| row(writer.push("SELECT ")));
        writer.push(") SELECT * FROM v) AS v");
    }

    fn default_values(&self, writer: &mut Writer<'_>) {
        writer.push(" () VALUES ()");
    }

    fn upsert(&self, writer: &mut Writer<'_>, conflict: Conflict<'_>, into: Fragment<'_>) {
        match conflict.action {
            OnMatch::Skip | OnMatch::Lock(_) => into(writer.push("INSERT IGNORE ")),
            OnMatch::Update(changes) => {
                into(writer.push("INSERT "));
                changes(writer.push(" ON DUPLICATE KEY UPDATE "));
            }
        }
    }

    fn excluded(&self, writer: &mut Writer<'_>, column: &str) {
        writer.push("VALUES(").name(column).push(")");
    }

    fn has_partial_indexes(&self) -> bool {
        false
    }

    fn last_key(&self) -> Option<&'static str> {
        Some("LAST_INSERT_ID()")
    }

    fn aliases_changed_tables(&self) -> bool {
        false
    }

    fn limits_each(&self) -> LimitsEach {
        LimitsEach::Numbering
    }

    // In a literal, a backslash escapes the next letter.
    fn matches(&self, writer: &mut Writer<'_>, value: Fragment<'_>, pattern: &Pattern, letters: Letters) {
        value(writer);
        writer.push(match letters {
            Letters::EitherCase => " COLLATE utf8mb4_general_ci LIKE ",
            Letters::AsWritten => " COLLATE utf8mb4_bin LIKE ",
        });
        writer.pattern(pattern, Wildcards::Like).push(" ESCAPE '\\\\'");
    }

    // The sum of integers is a `decimal`, and so is their average.
    fn computed(&self, writer: &mut Writer<'_>, function: Function, sql_type: SqlType, value: Fragment<'_>) {
        let (before, after) = match function {
            Function::Count => ("count(", ")"),
            Function::CountDistinct => ("count(DISTINCT ", ")"),
            Function::Sum if sql_type.is_integer() => ("CAST(sum(", ") AS signed)"),
            Function::Sum => ("sum(", ")"),
            Function::Average => ("avg(CAST(", " AS double))"),
            Function::Min => ("min(", ")"),
            Function::Max => ("max(", ")"),
        };
        value(writer.push(before));
        writer.push(after);
    }

    // `||` is `OR`, and `length` counts bytes.
    fn call(&self, writer: &mut Writer<'_>, call: &Call) {
        let function = match call.function {
            Scalar::Concat => "concat(",
            Scalar::Length => "char_length(",
            _ => return writer.call(call),
        };
        writer.push(function).arguments(call);
        writer.push(")");
    }

    // Rows of joined tables are locked too.
    fn lock(&self, writer: &mut Writer<'_>, lock: Lock, _: Fragment<'_>) {
        writer.push(match lock.strength {
            Strength::Update => " FOR UPDATE",
            Strength::Share => " LOCK IN SHARE MODE",
        });
        writer.push(waiting_in_sql(lock.wait));
    }

    fn no_limit(&self) -> &'static str {
        "18446744073709551615"
    }

    // `1 IS NULL` tests the number 1, not the first output.
    fn places_nulls_by_position(&self) -> bool {
        false
    }

    fn order_term(&self, writer: &mut Writer<'_>, value: Fragment<'_>, descending: bool, nulls: Option<Nulls>) {
        if let Some(nulls) = nulls {
            value(writer);
            writer.push(if nulls == Nulls::First { " IS NOT NULL, " } else { " IS NULL, " });
        }
        value(writer);
        writer.push(if descending { " DESC" } else { "" });
    }

    fn column_type(&self, column: &ColumnDef) -> &'static str {
        type_of(column.sql_type)
    }

    fn assigned_words(&self) -> Option<&'static str> {
        Some("AUTO_INCREMENT")
    }

    fn assigned_key(&self) -> &'static str {
        "bigint AUTO_INCREMENT PRIMARY KEY"
    }

    fn assigned_column(&self) -> &'static str {
        "AUTO_INCREMENT"
    }

    // Each statement that creates an object commits the transaction.
    fn defines_in_transactions(&self) -> bool {
        false
    }

    fn add_missing_key(&self, table: &str, name: &str, key: &str) -> String {
        let key = key.replacen("FOREIGN KEY ", "FOREIGN KEY IF NOT EXISTS ", 1);
        format!("ALTER TABLE {table} ADD CONSTRAINT {} {key}", self.quoted(name))
    }

    fn lacks(&self, sql_type: SqlType) -> Option<&'static str> {
        match sql_type {
            SqlType::Array(_) | SqlType::Interval | SqlType::Range(_) => {
                Some("MariaDB has no arrays, intervals or ranges")
            }
            _ => None,
        }
    }

    fn indexes(&self) -> &'static str {
        "SELECT s.TABLE_SCHEMA, s.TABLE_NAME, s.TABLE_SCHEMA = DATABASE(), s.INDEX_NAME, s.COLUMN_NAME, 0, s.NON_UNIQUE = 0, \
         EXISTS (SELECT 1 FROM information_schema.TRIGGERS AS g \
         WHERE g.EVENT_OBJECT_SCHEMA = s.TABLE_SCHEMA AND g.EVENT_OBJECT_TABLE = s.TABLE_NAME), NULL \
         FROM information_schema.STATISTICS AS s ORDER BY s.TABLE_SCHEMA, s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX"
    }

    fn references(&self) -> &'static str {
        "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.TABLE_SCHEMA = DATABASE(), min(k.COLUMN_NAME), k.REFERENCED_TABLE_SCHEMA, \
         k.REFERENCED_TABLE_NAME, k.REFERENCED_TABLE_SCHEMA = DATABASE(), min(k.REFERENCED_COLUMN_NAME) \
         FROM information_schema.KEY_COLUMN_USAGE AS k WHERE k.REFERENCED_TABLE_NAME IS NOT NULL \
         GROUP BY k.CONSTRAINT_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME HAVING count(*) = 1"
    }

    fn tables(&self) -> &'static str {
        concat!(
            "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_SCHEMA = DATABASE(), \
             CASE t.TABLE_TYPE WHEN 'BASE TABLE' THEN 'table' ELSE lower(t.TABLE_TYPE) END, 0 \
             FROM information_schema.TABLES AS t WHERE t.TABLE_NAME IN ",
            names!(),
        )
    }

    fn columns(&self) -> &'static str {
        concat!(
            "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.TABLE_SCHEMA = DATABASE(), c.COLUMN_NAME, c.DATA_TYPE, \
             c.IS_NULLABLE = 'NO', c.COLUMN_DEFAULT, c.EXTRA LIKE '%auto_increment%', c.IS_GENERATED = 'ALWAYS' \
             FROM information_schema.COLUMNS AS c JOIN information_schema.TABLES AS t \
             ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME WHERE t.TABLE_NAME IN ",
            names!(),
            " AND (t.TABLE_TYPE = 'VIEW') = ? ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION",
        )
    }

    fn indexes_of_tables(&self) -> &'static str {
        concat!(
            "SELECT s.TABLE_SCHEMA, s.TABLE_NAME, s.TABLE_SCHEMA = DATABASE(), s.INDEX_NAME, s.COLUMN_NAME, \
             s.NON_UNIQUE = 0, s.INDEX_NAME = 'PRIMARY', 0 FROM information_schema.STATISTICS AS s WHERE s.TABLE_NAME IN ",
            names!(),
            " ORDER BY s.TABLE_SCHEMA, s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX",
        )
    }

    fn foreign_keys(&self) -> &'static str {
        concat!(
            "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.TABLE_SCHEMA = DATABASE(), k.CONSTRAINT_NAME, k.COLUMN_NAME, \
             k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_TABLE_SCHEMA = DATABASE(), \
             k.REFERENCED_COLUMN_NAME, r.DELETE_RULE FROM information_schema.KEY_COLUMN_USAGE AS k \
             JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA \
             AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME WHERE k.TABLE_NAME IN ",
            names!(),
            " ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION",
        )
    }

    fn checks(&self, schema: &str) -> String {
        format!(
            "SELECT c.TABLE_NAME, concat('CHECK (', c.CHECK_CLAUSE, ')') FROM information_schema.CHECK_CONSTRAINTS AS c \
             WHERE c.CONSTRAINT_SCHEMA = '{}' AND c.TABLE_NAME IN {}",
            schema.replace('\'', "''"),
            names!()
        )
    }

    fn holds(&self, declared: &str, sql_type: SqlType) -> bool {
        type_of(sql_type).split('(').next() == Some(declared)
    }

    // A statement that reads sees the state at its start.
    fn begin(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            Access::Write => "START TRANSACTION",
        }
    }

    fn release(&self, name: &str) -> String {
        format!("RELEASE SAVEPOINT {}", self.quoted(name))
    }
}

/// Returns the column of a table of keys that contains a part of them.
fn key_part(position: usize, width: usize) -> String {
    if width == 1 { "value".to_owned() } else { format!("value{position}") }
}

fn type_of(sql_type: SqlType) -> &'static str {
    match sql_type {
        SqlType::Bool => "tinyint",
        SqlType::Int16 => "smallint",
        SqlType::Int32 => "int",
        SqlType::Int64 => "bigint",
        SqlType::Real32 => "float",
        SqlType::Real64 => "double",
        SqlType::Blob => "longblob",
        SqlType::Uuid => "uuid",
        SqlType::Date => "date",
        SqlType::Time => "time(6)",
        SqlType::DateTime | SqlType::Timestamp => "datetime(6)",
        SqlType::Decimal => "decimal(65,30)",
        SqlType::Inet => "inet6",
        SqlType::Text | SqlType::Json | SqlType::Interval | SqlType::Range(_) | SqlType::Array(_) => "longtext",
    }
}
