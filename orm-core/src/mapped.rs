//! What the derive implements for a model: its table, and how its rows are read and written.

mod able;
mod guessed;
mod models;
mod support;

pub use able::{Able, Unable};
pub use guessed::{GuessedConditions, GuessedLinks, GuessedOrder, GuessedRelations, GuessedRows, GuessedWriting};
pub use models::{Models, diagram};
pub use support::{
    ColumnNames, Field, HasColumn, HasField, Other, check_generated_key, column, decode, encode, encode_coded,
    encode_coded_default, encode_default, encode_given, encode_or_default, four, left_out, moment, name, names,
    nullable, one, three, two, version,
};

use crate::error::{Error, Result};
use crate::row::Row;
use crate::schema::{Table, TableName, no_default};
use crate::types::Key;
use crate::value::{Mismatch, Value};

/// A struct that `#[derive(Model)]` maps to a table: the description of a
/// [model](https://docs.rs/orm/latest/orm/trait.Model.html) that queries need. Programs use the trait `Model`, which
/// adds the operations on rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "derive it: `#[derive(Model)] struct {Self} {{ id: i64, .. }}`"
)]
pub trait Mapped: Sized + 'static {
    /// The type of the primary key; a tuple if it has several columns.
    type Key: Key;

    /// The model, as a type that exists only if the model does.
    #[doc(hidden)]
    type Itself: Mapped;

    /// A type without values, which the compiler finds if a relation is used like its model's columns, so that a
    /// message can say where a column is used.
    #[doc(hidden)]
    type Columns: 'static;

    /// The states of the relations in a row without loaded relations.
    #[doc(hidden)]
    type Unloaded: Default;

    /// The names of the table and its key.
    #[doc(hidden)]
    const TABLE_NAME: TableName;

    /// The table, its columns and constraints.
    #[doc(hidden)]
    const TABLE: &'static Table;

    /// The positions of the primary key's columns.
    #[doc(hidden)]
    const PRIMARY_KEY: &'static [usize];

    /// How the model is cloned, if it can be.
    #[doc(hidden)]
    const CLONE: Option<fn(&Self) -> Self> = None;

    /// Reads the model from a row whose columns begin at `at`.
    #[doc(hidden)]
    fn decode(row: Row<'_>, at: usize) -> Result<Self>;

    /// Returns the value of the column at a position.
    #[doc(hidden)]
    fn encode(&self, column: usize) -> Result<Value<'_>>;

    /// Returns the default of the column at a position in a new row, if the model has an expression for it.
    #[doc(hidden)]
    fn default_of(column: usize) -> Result<Value<'static>, Mismatch> {
        no_default(column)
    }

    /// Returns the table, as a function, because tables refer to each other.
    #[doc(hidden)]
    #[must_use]
    fn table() -> &'static Table {
        Self::TABLE
    }
}

/// Models whose rows have the columns of the model `C`: there are none, so the methods that require it cannot be
/// called. The derive adds such a method to each relation for each column of the related model, and the compiler says
/// what to write.
#[diagnostic::on_unimplemented(
    message = "a column of a related `{C}` is compared within a condition of the relation",
    label = "a column of `{C}`, not of the relation",
    note = "write the comparison into `has(..)` of a to-one relation, or `any(..)` of a to-many one, as in `Student::department().has(Department::name().eq(\"Law\"))`"
)]
pub trait ColumnsOf<C> {}

/// Returns the error for a position that is not a column.
///
/// # Errors
///
/// Always returns an error.
pub fn no_such_column<M: Mapped>(column: usize) -> Result<Value<'static>> {
    Err(Error::invalid(format!("`{}` has no column {column}", M::TABLE.model)))
}

/// The error for a key that cannot be stored.
pub(crate) fn encode_key_error<M: Mapped>(mismatch: Mismatch) -> Error {
    Error::encode(M::TABLE, &M::TABLE.columns[M::PRIMARY_KEY[0]], mismatch)
}
