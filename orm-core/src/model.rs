//! The trait that the derive implements, and what it gives every model.

use std::marker::PhantomData;

use crate::column::{Condition, KeyOf};
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::query::Query;
use crate::row::Row;
use crate::schema::{ColumnDef, Table, TableName, Through, Version};
use crate::types::{ColumnType, Form, Key, KeyColumns, MomentType, Nullable, Presence, RefersTo, VersionType};
use crate::value::{Mismatch, Value};
use crate::write::Rows;
use crate::{query, write};

/// A struct that is a row of a table.
///
/// `#[derive(Model)]` implements it; besides, it gives the struct its typed columns, its relations, a `New…` struct for
/// inserting and a `…Loaded` struct for rows with relations.
///
/// # Versions
///
/// A field with `#[model(version)]` counts the changes of its row, so that nobody writes over what others changed in the
/// meantime. A row is updated and deleted only while it has the version that was read; else the error
/// [is stale](Error::is_stale). The version is 1 at first and counts up with each change, by whatever function of this
/// library. The derive gives such a model an `update` that returns the row with its next version:
/// `let page = page.update(&db)?;`
///
/// # Moments
///
/// A field with `#[model(created_at)]` holds the moment at which its row was inserted, and one with `#[model(updated_at)]` the
/// moment at which it was inserted or last changed, by whatever function of this library. The moment is that of the program's
/// clock, [`Timestamp::now`](crate::value::Timestamp::now), one for all rows of a statement. A change that sets
/// the field itself is left as it is; only [`update`](Model::update), which writes all fields, cannot know, and always
/// sets it. [`insert`](Model::insert) writes a row as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "derive it: `#[derive(Model)] struct {Self} {{ id: i64, .. }}`"
)]
pub trait Model: Sized + 'static {
    /// The type of the primary key; a tuple if it has several columns.
    type Key: Key;

    /// The model, as a type that is only there when the model is.
    #[doc(hidden)]
    type Itself: Model;

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

    /// The value of the column at a position.
    #[doc(hidden)]
    fn encode(&self, column: usize) -> Result<Value<'_>>;

    /// The value of the column at a position in a new row that says nothing, where the model has an expression for it.
    #[doc(hidden)]
    fn default_of(column: usize) -> Result<Value<'static>> {
        no_such_column::<Self>(column)
    }

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
    fn find(on: &impl Executor, key: impl KeyOf<Self, Self::Key>) -> Result<Self> {
        query::find(on, &key.into_key())
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
    /// [`is_not_found`](Error::is_not_found) when no row has the key, [`is_stale`](Error::is_stale) when the row has a
    /// version and was changed since it was read, and those of constraints.
    fn update(&self, on: &impl Executor) -> Result<()> {
        write::update(on, self)
    }

    /// Changes the row and writes the columns that differ then. Returns the changed row; this one stays as it is.
    ///
    /// A function that changes nothing sends nothing. Fields that are not in the table have their default, as in any row
    /// that is read.
    ///
    /// ```text
    /// let ada = ada.edit(&db, |ada| ada.last_name = "Lovelace".into())?;
    /// ```
    ///
    /// SQL: `UPDATE "students" SET "last_name" = ?1 WHERE "id" = ?2`
    ///
    /// # Errors
    ///
    /// As [`update`](Model::update), and [`is_invalid`](Error::is_invalid) when the function changes the version.
    fn edit(&self, on: &impl Executor, change: impl FnOnce(&mut Self)) -> Result<Self> {
        write::edit(on, self, change)
    }

    /// Deletes the row that has this one's primary key.
    ///
    /// SQL: `DELETE FROM "students" WHERE "id" = ?1`
    ///
    /// # Errors
    ///
    /// As [`update`](Model::update).
    fn delete(&self, on: &impl Executor) -> Result<()> {
        write::delete(on, self)
    }
}

/// A model has a column whose field's name hashes to `FIELD`: how the derive of one model refers to fields of another.
///
/// `V` is the field's type, and always inferred. It stands among the parameters since an implementation is only as
/// visible as they are: so a public model can have a private field of a private type.
pub trait HasColumn<const FIELD: u64, V>: Model {
    /// The field's type, which is `V`.
    type Type: ColumnType;

    /// The column's position.
    const INDEX: usize;

    /// The field's name, the column's name in SQL, and the type as the user wrote it.
    const NAMES: [&'static str; 3];

    /// How the values are stored, where the database has no type for them.
    const FORM: Form = Form::Native;
}

/// The definition of a column.
#[must_use]
pub const fn column<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> ColumnDef {
    let [field, name, rust_type] = M::NAMES;
    ColumnDef::new(field, name, rust_type, M::Type::SQL_TYPE, <M::Type as ColumnType>::Presence::NULLABLE)
        .stored(M::FORM)
        .reads(M::Type::READS)
}

/// Reads a field from a row in which the columns of `M` begin at `at`.
///
/// # Errors
///
/// When the value is not one that the field's type can hold exactly; the error names the table, the column and the type.
#[inline]
pub fn decode<M: HasColumn<FIELD, V>, const FIELD: u64, V>(row: Row<'_>, at: usize) -> Result<M::Type> {
    let read = |value| M::FORM.read(value, M::Type::SQL_TYPE);
    match row.value(at + M::INDEX).and_then(read).and_then(M::Type::decode) {
        Ok(value) => Ok(value),
        Err(mismatch) => Err(Error::decode(M::TABLE, &M::TABLE.columns[M::INDEX], mismatch)),
    }
}

/// The value of a field to store.
///
/// # Errors
///
/// When the value cannot be stored exactly; the error names the column.
#[inline]
pub fn encode<M: HasColumn<FIELD, V>, const FIELD: u64, V>(value: &M::Type) -> Result<Value<'_>> {
    value.encode().map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[M::INDEX], mismatch))
}

/// The default of a field, which stands in generated code once.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_default<M: HasColumn<FIELD, V>, const FIELD: u64, V>(
    default: impl FnOnce() -> M::Type,
) -> Result<Value<'static>> {
    Ok(encode::<M, FIELD, V>(&default())?.into_owned())
}

/// The value of a field that a new row may leave to a default.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_or_default<M: HasColumn<FIELD, V>, const FIELD: u64, V>(given: Option<&M::Type>) -> Result<Value<'_>> {
    given.map_or_else(|| M::default_of(M::INDEX), encode::<M, FIELD, V>)
}

/// The value of a field that a new row may leave to the database's default, which asks for none then.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_given<M: HasColumn<FIELD, V>, const FIELD: u64, V>(given: Option<&M::Type>) -> Result<Value<'_>> {
    given.map_or(Ok(Value::Null), encode::<M, FIELD, V>)
}

/// The field of a model that a relation refers to, found by the name that the user wrote or left out.
///
/// `Name` and `Word` are type parameters of generated code, called as the field and as the word of the attribute that
/// names it: so the message can speak of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no column `{Name}`",
    label = "this relation looks for the field `{Name}` in `{Self}`",
    note = "add the field to `{Self}`, or name another in the attribute: `{Word} = field`"
)]
pub trait HasField<const FIELD: u64, V, Name, Word>: HasColumn<FIELD, V> {}

#[diagnostic::do_not_recommend]
impl<M: HasColumn<FIELD, V>, const FIELD: u64, V, Name, Word> HasField<FIELD, V, Name, Word> for M {}

/// The model that a relation leads to or through.
#[derive(Debug)]
pub struct Other<M>(PhantomData<fn() -> M>);

/// The model that a relation leads to or through. Generated code asks everything of what this returns: what is not a
/// model is one error, since nothing is known of the type that is returned then.
#[must_use]
pub const fn other<M: Model>() -> Other<M::Itself> {
    Other(PhantomData)
}

impl<M> Clone for Other<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Other<M> {}

impl<M: Model> Other<M> {
    /// The model's table.
    #[must_use]
    pub const fn table(self) -> fn() -> &'static Table {
        M::table
    }

    /// The table and the positions of its primary key's columns.
    #[must_use]
    pub const fn key(self) -> (fn() -> &'static Table, &'static [usize]) {
        (M::table, M::PRIMARY_KEY)
    }

    /// The column that a field is. Whether it is there, the functions for [`one`] and more ask.
    #[must_use]
    pub const fn field<const FIELD: u64, V, Name, Word>(self) -> Field<M, FIELD, V, Name, Word> {
        Field(PhantomData)
    }

    /// A position, where the model is one.
    #[must_use]
    pub const fn at(self, position: usize) -> usize {
        position
    }

    /// Compiles when a foreign key can refer to the primary key.
    pub const fn check_key<F: RefersTo<M::Key>>(self) {}

    /// Compiles when the primary key has so many columns.
    pub const fn check_columns<const COLUMNS: usize>(self)
    where
        M::Key: KeyColumns<COLUMNS>,
    {
    }

    /// The model as the table between the two sides of a many-to-many relation.
    #[must_use]
    pub const fn through(self, left: &'static [&'static str], right: &'static [&'static str]) -> Through {
        // Not `M::TABLE`, which may hold a relation through the model that this one is asked by.
        let TableName { schema, name, .. } = M::TABLE_NAME;
        Through { schema, table: name, left, right, model: Some(M::table) }
    }

    /// The model as the one between in a relation of two hops, in which others refer to its primary key.
    #[must_use]
    pub const fn between(self, left: &'static [&'static str]) -> Through {
        self.through(left, M::TABLE_NAME.key)
    }
}

/// A column of another model; `V` is its field's type.
#[derive(Debug)]
pub struct Field<M, const FIELD: u64, V, Name, Word>(PhantomData<Found<M, V, Name, Word>>);

type Found<M, V, Name, Word> = fn() -> (M, V, Name, Word);

impl<M, const FIELD: u64, V, Name, Word> Field<M, FIELD, V, Name, Word> {
    /// The column, which can refer to a key of the type `K`.
    #[must_use]
    pub const fn refers_to<K>(self) -> Self
    where
        V: RefersTo<K>,
    {
        self
    }

    /// The column, to which a foreign key of the type `F` can refer.
    #[must_use]
    pub const fn referred_by<F: RefersTo<V>>(self) -> Self {
        self
    }
}

macro_rules! fields {
    ($module:ident, $types:ty; $($hash:ident $type:ident $name:ident),*) => {
        /// What generated code asks of columns of another model that are so many.
        ///
        /// Functions for each number, since rustc says more about the bounds of a trait than about those of functions. All
        /// is asked at one place, so that a column that is missing is one error.
        pub mod $module {
            use super::{Field, HasColumn, HasField, Model, Other, RefersTo};

            /// The positions of the columns.
            #[must_use]
            pub const fn indexes<M, Word, $($type, $name,)* $(const $hash: u64),*>(
                _: &($(Field<M, $hash, $type, $name, Word>,)*),
            ) -> &'static [usize]
            where
                $(M: HasField<$hash, $type, $name, Word>,)*
            {
                const { &[$(<M as HasColumn<$hash, $type>>::INDEX),*] }
            }

            /// The names of the columns in SQL.
            #[must_use]
            pub const fn names<M, Word, $($type, $name,)* $(const $hash: u64),*>(
                _: &($(Field<M, $hash, $type, $name, Word>,)*),
            ) -> &'static [&'static str]
            where
                $(M: HasField<$hash, $type, $name, Word>,)*
            {
                const { &[$(<M as HasColumn<$hash, $type>>::NAMES[1]),*] }
            }

            impl<K: Model> Other<K> {
                /// Compiles when columns of a third model can refer to the primary key.
                pub const fn $module<M, Word, $($type, $name,)* $(const $hash: u64),*>(
                    self,
                    _: &($(Field<M, $hash, $type, $name, Word>,)*),
                ) where
                    $types: RefersTo<K::Key>,
                {
                }
            }
        }
    };
}

fields!(one, A; F A NameA);
fields!(two, (A, B); F A NameA, G B NameB);
fields!(three, (A, B, C); F A NameA, G B NameB, H C NameC);
fields!(four, (A, B, C, D); F A NameA, G B NameB, H C NameC, I D NameD);

/// Compiles when a column can become `NULL`.
pub const fn check_nullable<T: Nullable>() {}

/// The error for a position that is no column.
///
/// # Errors
///
/// Always.
pub fn no_such_column<M: Model>(column: usize) -> Result<Value<'static>> {
    Err(Error::invalid(format!("`{}` has no column {column}", M::TABLE.model)))
}

/// The version column that a field is. Where it is, its type can count.
#[must_use]
pub const fn version<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> Version
where
    M::Type: VersionType,
{
    Version::new::<M::Type>(M::INDEX)
}

/// The position of a column whose type can hold the moment of a write.
#[must_use]
pub const fn moment<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> usize
where
    M::Type: MomentType,
{
    M::INDEX
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
