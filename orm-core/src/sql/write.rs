//! Statements that change rows.

use super::{ComparedColumns, Conflict, Dialect, Fragment, Held, OnMatch, Sql, Writer};
use crate::ast::Expr;
use crate::error::{Error, Result};
use crate::schema::Table;
use crate::types::{Param, SqlType};
use crate::value::{Timestamp, Value};

/// `INSERT INTO "students" ("first_name", …) VALUES (?1, …), …`, and ` RETURNING "id", …` if the rows are returned.
/// Several rows are `SELECT unnest($1), …` if they [are sent as arrays](Dialect::inserts_arrays).
///
/// Only the text: the values are bound row after row, or column after column.
#[must_use]
pub fn insert(table: &'static Table, columns: &[usize], rows: usize, returns: bool, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("INSERT ").new_rows(table, columns, rows);
    if returns {
        writer.returning(table);
    }
    writer.finish()
}

/// The action of an insert if a row with the same unique key exists.
#[derive(Clone, Copy, Debug)]
pub struct OnConflict<'a> {
    /// The positions of the key's columns.
    pub unique: &'a [usize],
    /// The condition of a partial unique index.
    pub index: Option<&'a Expr>,
    /// The action on the existing row.
    pub action: Matched<'a>,
}

/// The action on an existing row.
#[derive(Clone, Copy, Debug)]
pub enum Matched<'a> {
    /// It is not changed.
    Skip,
    /// It is not changed, and locked until the transaction ends.
    Lock,
    /// Its columns are set to values, which may use columns of the new row, and its version is incremented.
    Update(&'a [(usize, Expr)]),
}

/// `INSERT INTO … VALUES (…), … ON CONFLICT ("email") DO UPDATE SET "name" = excluded."name" RETURNING …`
///
/// The values of the rows are bound later, in place of the first parameters.
#[must_use]
pub fn upsert(
    table: &'static Table,
    columns: &[usize],
    rows: usize,
    conflict: OnConflict<'_>,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.upserting(table, |writer| {
        let (mut condition, mut changes);
        let index = match conflict.index {
            Some(index) => {
                condition = |writer: &mut Writer<'_>| writer.index_condition(index);
                Some(&mut condition as Fragment<'_>)
            }
            None => None,
        };
        let action = match (conflict.action, columns.first()) {
            (Matched::Update(update), _) => {
                changes = move |writer: &mut Writer<'_>| writer.changes_of_match(table, update);
                OnMatch::Update(&mut changes)
            }
            (Matched::Lock, Some(&column)) => OnMatch::Lock(table.columns[column].name),
            (Matched::Skip | Matched::Lock, _) => OnMatch::Skip,
        };
        let conflict = Conflict { unique: table.names(conflict.unique).collect(), index, action };
        dialect.upsert(writer, conflict, &mut |writer| {
            writer.new_rows(table, columns, rows).reserve(table, columns, rows);
        });
    });
    writer.returning(table);
    writer.finish()
}

/// `UPDATE "accounts" AS t0 SET "balance" = t0."balance" + ?1 WHERE …`, and ` RETURNING "id", …` if the rows are
/// returned.
#[must_use]
pub fn update_where(
    table: &'static Table,
    changes: &[(usize, Expr)],
    filter: &[Expr],
    returns: bool,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").enter_changed(table).push(" SET ");
    writer.storing(|writer| writer.changes(table, changes)).conditions_on_changed(filter);
    if returns {
        writer.returning(table);
    }
    writer.finish()
}

/// `DELETE FROM "accounts" AS t0 WHERE …`, and ` RETURNING "id", …` if the rows are returned.
#[must_use]
pub fn delete_where(table: &'static Table, filter: &[Expr], returns: bool, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").enter_changed(table).conditions_on_changed(filter);
    if returns {
        writer.returning(table);
    }
    writer.finish()
}

/// `UPDATE "students" SET "first_name" = ?1, … WHERE "id" = ?2`, and ` RETURNING "id", …` if the row is returned.
///
/// `identity` identifies the row: its key, and its version if it has one.
#[must_use]
pub fn update(
    table: &'static Table,
    changes: Vec<(usize, Value<'static>)>,
    identity: Vec<(usize, Value<'static>)>,
    returns: bool,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(table.schema, table.name).push(" SET ");
    writer.storing(|writer| {
        writer.equations(", ", table, changes);
    });
    writer.push(" WHERE ").equations(" AND ", table, identity);
    if returns {
        writer.returning(table);
    }
    writer.finish()
}

/// `DELETE FROM "students" WHERE "id" = ?1`
#[must_use]
pub fn delete(table: &'static Table, identity: Vec<(usize, Value<'static>)>, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").table(table.schema, table.name);
    writer.push(" WHERE ").equations(" AND ", table, identity);
    writer.finish()
}

/// The stored value of a value in a column.
///
/// # Errors
///
/// Returns an error if the column's form cannot store the value; the error names the column.
#[inline]
pub(crate) fn stored<'v>(
    table: &'static Table,
    column: usize,
    value: Value<'v>,
    dialect: &dyn Dialect,
) -> Result<Value<'v>> {
    let column = &table.columns[column];
    if column.form.is_native() || !dialect.has_forms() {
        return Ok(value);
    }
    let stored = column.form.store(&value).map_err(|mismatch| Error::encode(table, column, mismatch))?;
    Ok(stored.unwrap_or(value))
}

/// The values of rows of some width, column after column.
pub(crate) fn columns_of<'v>(
    values: impl IntoIterator<Item = Value<'v>>,
    width: usize,
) -> impl Iterator<Item = Vec<Value<'v>>> {
    let mut columns = vec![Vec::new(); width];
    for (position, value) in values.into_iter().enumerate() {
        columns[position % width].push(value);
    }
    columns.into_iter()
}

/// The lists of the values of some columns. For a column of arrays the list contains the elements of all rows; two more
/// lists, after those of all columns, say where the elements of each row begin and end.
pub(crate) fn lists<'v>(columns: impl IntoIterator<Item = (SqlType, Vec<Value<'v>>)>) -> Vec<Param<'v>> {
    let (mut lists, mut places) = (Vec::new(), Vec::new());
    for (sql_type, values) in columns {
        if let SqlType::Array(_) = sql_type {
            let [elements, begins, ends] = flattened(values);
            lists.push(Param::Column(elements));
            places.extend([Param::Column(begins), Param::Column(ends)]);
        } else {
            lists.push(Param::Column(values));
        }
    }
    lists.extend(places);
    lists
}

/// The elements of some arrays, and the positions where each array begins and ends, counted from 1: both `NULL` if
/// there is no array.
fn flattened(arrays: Vec<Value<'_>>) -> [Vec<Value<'_>>; 3] {
    let (mut elements, mut begins, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    let place = |number: usize| i64::try_from(number).map_or(Value::Null, Value::Int);
    for array in arrays {
        if let Value::Array(values) = array {
            begins.push(place(elements.len() + 1));
            elements.extend(values);
            ends.push(place(elements.len()));
        } else {
            begins.push(Value::Null);
            ends.push(Value::Null);
        }
    }
    [elements, begins, ends]
}

impl Writer<'_> {
    /// `INTO "students" ("first_name", …) VALUES (?1, …), …`
    fn new_rows(&mut self, table: &'static Table, columns: &[usize], rows: usize) -> &mut Self {
        self.push("INTO ").table(table.schema, table.name);
        if columns.is_empty() {
            self.dialect.default_values(self);
            return self;
        }
        let names: Vec<&str> = table.names(columns).collect();
        self.push(" (").names(names.iter().copied()).push(") ");
        if rows > 1 && self.dialect.inserts_arrays() {
            let types: Vec<SqlType> = columns.iter().map(|&column| table.columns[column].sql_type).collect();
            return self.rows_of_arrays(&types, table.compared(&names));
        }
        self.rows_of_values(rows, columns.len(), std::iter::repeat(Param::Value(Value::Null)))
    }

    /// Reserves the first parameters for the values of new rows.
    fn reserve(&mut self, table: &'static Table, columns: &[usize], rows: usize) {
        if rows > 1 && self.dialect.inserts_arrays() {
            let is_array = |&&column: &&usize| matches!(table.columns[column].sql_type, SqlType::Array(_));
            let lists = columns.len() + 2 * columns.iter().filter(is_array).count();
            self.params.resize(lists, Param::Value(Value::Null));
        }
    }

    /// `"n" = "words"."n" + excluded."n", "version" = "words"."version" + 1`
    fn changes_of_match(&mut self, table: &'static Table, changes: &[(usize, Expr)]) {
        self.storing(|writer| writer.changes(table, changes));
        if let (Some(version), Some((alias, _))) = (&table.version, self.scope()) {
            // An unqualified name would be ambiguous.
            let name = table.columns[version.column].name;
            self.push(", ").name(name).push(" = ").qualified(alias, name).push(" + 1");
        }
    }

    /// `"first_name" = ?1, "born" = t0."born" + ?2`
    fn changes(&mut self, table: &'static Table, changes: &[(usize, Expr)]) {
        self.separated(", ", changes, |writer, (column, value)| {
            writer.trust(table, *column);
            writer.name(table.columns[*column].name).push(" = ").change(&table.columns[*column], value);
        });
    }

    /// `SELECT unnest($1), …`; only the text.
    pub(super) fn rows_of_arrays(&mut self, types: &[SqlType], columns: ComparedColumns<'_>) -> &mut Self {
        self.dialect.rows_of_arrays(self, types, columns);
        self
    }

    /// ` RETURNING "id", …`, if writes return rows.
    fn returning(&mut self, table: &'static Table) {
        if self.dialect.last_key().is_none() {
            self.dialect.returning(self, &mut |writer| {
                writer.names(table.columns.iter().map(|column| column.name));
            });
        }
    }

    /// Quoted names with commas between them.
    pub(super) fn names<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> &mut Self {
        self.separated(", ", names, |writer, name| {
            writer.name(name);
        })
    }

    /// `VALUES (?1, ?2), (?3, ?4)`
    pub(super) fn rows_of_values(
        &mut self,
        rows: usize,
        width: usize,
        values: impl IntoIterator<Item = Param<'static>>,
    ) -> &mut Self {
        let mut values = values.into_iter();
        self.values(rows, &mut |writer| writer.row(width, &mut values))
    }

    /// `VALUES (…), (…)`, each row written separately
    pub(super) fn values(&mut self, rows: usize, row: Fragment<'_>) -> &mut Self {
        self.push("VALUES ").separated(", ", 0..rows, |writer, _| {
            row(writer.push("("));
            writer.push(")");
        })
    }

    /// `?1, ?2`
    pub(super) fn row(&mut self, width: usize, values: &mut impl Iterator<Item = Param<'static>>) {
        self.separated(", ", values.take(width), |writer, value| {
            writer.bind(value);
        });
    }

    /// `"first_name" = ?1, "born" = ?2`
    fn equations(&mut self, separator: &str, table: &'static Table, values: Vec<(usize, Value<'static>)>) -> &mut Self {
        self.separated(separator, values, |writer, (column, value)| {
            writer.trust(table, column);
            let column = &table.columns[column];
            writer.name(column.name).push(" = ").bind_stored(value, Held::by(column));
        })
    }

    /// `, "version" = "version" + 1, "updated_at" = ?3`, if the table has such columns.
    pub(super) fn touched(&mut self, table: &'static Table, now: Timestamp) -> &mut Self {
        if let Some(version) = &table.version {
            let name = table.columns[version.column].name;
            self.push(", ").name(name).push(" = ").name(name).push(" + 1");
        }
        if let Some(column) = table.updated_at {
            self.push(", ");
            self.storing(|writer| {
                writer.equations(", ", table, vec![(column, table.moment(column, now))]);
            });
        }
        self
    }
}
