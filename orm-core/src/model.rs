//! The trait that the derive implements, and what it gives every model.

use crate::column::{Condition, Key};
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::query::Query;
use crate::row::Row;
use crate::schema::Table;
use crate::types::ColumnType;
use crate::value::{Mismatch, Value};
use crate::write::Rows;
use crate::{query, write};

/// A struct that is a row of a table.
///
/// `#[derive(Model)]` implements it; besides, it gives the struct its typed columns, its relations, a `New…` struct for
/// inserting and a `…Loaded` struct for rows with relations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "derive it: `#[derive(Model)] struct {Self} {{ id: i64, .. }}`"
)]
pub trait Model: Sized + 'static {
    /// The type of the primary key; a tuple if it has several columns.
    type Key: Key;

    /// The table, its columns and constraints.
    #[doc(hidden)]
    const TABLE: &'static Table;

    /// The positions of the primary key's columns.
    #[doc(hidden)]
    const PRIMARY_KEY: &'static [usize];

    /// Reads the model from a row whose columns begin at `at`.
    #[doc(hidden)]
    fn decode(row: Row<'_>, at: usize) -> Result<Self>;

    /// The value of the column at a position.
    #[doc(hidden)]
    fn encode(&self, column: usize) -> Result<Value<'_>>;

    /// The table, as a function: tables refer to each other by it.
    #[doc(hidden)]
    #[must_use]
    fn table() -> &'static Table {
        Self::TABLE
    }

    /// A query for all rows, to be narrowed, ordered and given relations.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The row with a primary key.
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE t0."id" = ?1`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is none; with [`optional`](crate::error::ResultExt::optional)
    /// that becomes `None`.
    fn find(on: &impl Executor, key: impl Into<Self::Key>) -> Result<Self> {
        query::find(on, &key.into())
    }

    /// The rows that meet a condition, to be updated or deleted in one statement.
    ///
    /// ```text
    /// Account::rows_where(Account::active().eq(false)).delete(&db)?;
    /// ```
    fn rows_where(condition: Condition<Self>) -> Rows<Self> {
        Rows::matching(condition)
    }

    /// All rows of the table, to be updated or deleted in one statement.
    fn all_rows() -> Rows<Self> {
        Rows::all()
    }

    /// Inserts the row as it is, with the key it has, and returns it as stored. To let the database assign the key,
    /// insert the model's `New…` struct.
    ///
    /// SQL: `INSERT INTO "students" ("id", …) VALUES (?1, …) RETURNING "id", …`
    ///
    /// # Errors
    ///
    /// [`is_unique_violation`](Error::is_unique_violation) when the key exists, and those of other constraints.
    fn insert(&self, on: &impl Executor) -> Result<Self> {
        write::insert_row(on, self)
    }

    /// Writes all columns of the row that has this one's primary key.
    ///
    /// SQL: `UPDATE "students" SET "first_name" = ?1, … WHERE "id" = ?n`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when no row has the key, and those of constraints.
    fn update(&self, on: &impl Executor) -> Result<()> {
        write::update(on, self)
    }

    /// Deletes the row that has this one's primary key.
    ///
    /// SQL: `DELETE FROM "students" WHERE "id" = ?1`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when no row has the key, and those of constraints.
    fn delete(&self, on: &impl Executor) -> Result<()> {
        write::delete(on, self)
    }
}

/// A model has a column whose field's name hashes to `NAME`: how the derive of one model refers to fields of another.
pub trait HasColumn<const NAME: u64>: Model {
    /// The field's type.
    type Type: ColumnType;

    /// The column's position.
    const INDEX: usize;
}

/// The name in SQL of a column of `M`.
#[must_use]
pub const fn column_name<M: HasColumn<NAME>, const NAME: u64>() -> &'static str {
    M::TABLE.columns[M::INDEX].name
}

/// The value of a field for the column at a position.
///
/// # Errors
///
/// When the value cannot be stored exactly; the error names the column.
#[inline]
pub fn encode_column<M: Model, T: ColumnType>(value: &T, column: usize) -> Result<Value<'_>> {
    value.encode().map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[column], mismatch))
}

/// The error for a position that is no column.
///
/// # Errors
///
/// Always.
pub fn no_such_column<T>(table: &'static Table, column: usize) -> Result<T> {
    Err(Error::invalid(format!("`{}` has no column {column}", table.model)))
}

/// The condition that the primary key has these values.
pub(crate) fn key_condition<M: Model>(key: &M::Key) -> Condition<M> {
    use crate::ast::{Comparison, Expr};
    match key.to_values() {
        Ok(values) => {
            let terms = M::PRIMARY_KEY.iter().zip(values).map(|(&column, value)| {
                Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(value)))
            });
            Condition::new(Expr::And(terms.collect()))
        }
        Err(mismatch) => Condition::failed(Some(encode_key_error::<M>(mismatch))),
    }
}

/// The error for a key that cannot be stored.
pub(crate) fn encode_key_error<M: Model>(mismatch: Mismatch) -> Error {
    Error::encode(M::TABLE, &M::TABLE.columns[M::PRIMARY_KEY[0]], mismatch)
}
