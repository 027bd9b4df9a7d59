//! Statements that change rows.

use super::{Dialect, Param, Sql, Writer};
use crate::schema::Table;
use crate::value::Value;

/// `INSERT INTO "students" ("first_name", …) VALUES (?1, …), … RETURNING "id", …`
///
/// The text alone: the values are bound row after row.
#[must_use]
pub fn insert(table: &'static Table, columns: &[usize], rows: usize, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("INSERT INTO ").table(table.schema, table.name);
    if columns.is_empty() {
        writer.push(" DEFAULT VALUES");
    } else {
        writer.push(" (").separated(", ", table.names(columns), |writer, name| {
            writer.name(name);
        });
        writer.push(") VALUES ");
        writer.rows_of_values(rows, columns.len(), std::iter::repeat(Value::Null));
    }
    writer.push(" RETURNING ").separated(", ", table.columns, |writer, column| {
        writer.name(column.name);
    });
    writer.finish()
}

/// `UPDATE "students" SET "first_name" = ?1, … WHERE "id" = ?2`
#[must_use]
pub fn update(
    table: &'static Table,
    changes: Vec<(usize, Value<'static>)>,
    key: Vec<Value<'static>>,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(table.schema, table.name).push(" SET ");
    writer.separated(", ", changes, |writer, (column, value)| {
        writer.name(table.columns[column].name).push(" = ").bind(Param::Value(value));
    });
    writer.where_key(table, key);
    writer.finish()
}

/// `DELETE FROM "students" WHERE "id" = ?1`
#[must_use]
pub fn delete(table: &'static Table, key: Vec<Value<'static>>, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").table(table.schema, table.name);
    writer.where_key(table, key);
    writer.finish()
}

impl Writer<'_> {
    /// `(?1, ?2), (?3, ?4)`
    pub(super) fn rows_of_values(
        &mut self,
        rows: usize,
        width: usize,
        values: impl IntoIterator<Item = Value<'static>>,
    ) {
        let mut values = values.into_iter();
        self.separated(", ", 0..rows, |writer, _| {
            writer.push("(");
            writer.separated(", ", values.by_ref().take(width), |writer, value| {
                writer.bind(Param::Value(value));
            });
            writer.push(")");
        });
    }

    /// ` WHERE "id" = ?`
    fn where_key(&mut self, table: &'static Table, key: Vec<Value<'static>>) {
        self.push(" WHERE ").separated(" AND ", table.names(table.primary_key).zip(key), |writer, (name, value)| {
            writer.name(name).push(" = ").bind(Param::Value(value));
        });
    }
}
