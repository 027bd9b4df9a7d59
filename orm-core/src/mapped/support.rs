//! What generated code uses to refer to the columns of a model.

use std::marker::PhantomData;

use super::Mapped;
use crate::error::{Error, Result};
use crate::row::Row;
use crate::schema::{ColumnDef, Table, TableName, Through, Version};
use crate::types::{Codec, Coded, ColumnType, Form, MomentType, Presence, RefersTo, TextType, VersionType, value_of};
use crate::value::{Mismatch, Value};

/// A model with a column whose field's name hashes to `FIELD`: this is how the derive of one model refers to fields of
/// another.
///
/// `V` is the field's type, and always inferred. It is a parameter because an implementation is only as visible as its
/// parameters: so a public model can have a private field of a private type.
pub trait HasColumn<const FIELD: u64, V>: Mapped {
    /// The field's type, which is `V`.
    type Type: ColumnType;

    /// The column's position, and the names of the field and the column: one constant, which the compiler checks faster
    /// than two.
    const COLUMN: ColumnNames;

    /// The column's position.
    const INDEX: usize = Self::COLUMN.index;

    /// How the values are stored, if the database has no type for them.
    const FORM: Form = Form::Native;
}

/// The position of a column, and the names of its field and of the column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnNames {
    index: usize,
    field: &'static str,
    sql: &'static str,
    rust_type: &'static str,
}

/// Describes a column with the name of its field: its position, the name, and the field's type as the user wrote it.
#[must_use]
pub const fn name(index: usize, field: &'static str, rust_type: &'static str) -> ColumnNames {
    names(index, field, field, rust_type)
}

/// Describes a column: its position, the field's name, the column's name in SQL, and the field's type as the user wrote
/// it.
#[must_use]
pub const fn names(index: usize, field: &'static str, sql: &'static str, rust_type: &'static str) -> ColumnNames {
    ColumnNames { index, field, sql, rust_type }
}

/// Returns the definition of a column.
#[must_use]
pub const fn column<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> ColumnDef {
    let ColumnNames { field, sql, rust_type, .. } = M::COLUMN;
    ColumnDef::new(field, sql, rust_type, M::Type::SQL_TYPE, <M::Type as ColumnType>::Presence::NULLABLE)
        .stored(M::FORM)
        .reads(M::Type::READS)
}

/// Reads a field from a row in which the columns of `M` begin at `at`.
///
/// # Errors
///
/// Returns an error if the field's type cannot hold the value exactly; the error names the table, the column and the
/// type.
#[inline]
pub fn decode<M: HasColumn<FIELD, V>, const FIELD: u64, V>(row: Row<'_>, at: usize) -> Result<M::Type> {
    let read = |value| M::FORM.read(value, M::Type::SQL_TYPE);
    match row.value(at + M::INDEX).and_then(read).and_then(M::Type::decode) {
        Ok(value) => Ok(value),
        Err(mismatch) => Err(Error::decode(M::TABLE, &M::TABLE.columns[M::INDEX], mismatch)),
    }
}

/// Returns the value of a field to store.
///
/// # Errors
///
/// Returns an error if the value cannot be stored exactly; the error names the column.
#[inline]
pub fn encode<M: HasColumn<FIELD, V>, const FIELD: u64, V>(value: &M::Type) -> Result<Value<'_>> {
    value.encode().map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[M::INDEX], mismatch))
}

/// Returns the value of a field to store.
///
/// # Errors
///
/// Returns an error if the value cannot be stored exactly; the error names the column.
pub fn encode_coded<M: HasColumn<FIELD, Coded<C, T>>, const FIELD: u64, C: Codec<T>, T>(
    value: &T,
) -> Result<Value<'static>> {
    value_of::<C, T>(value).map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[M::INDEX], mismatch))
}

/// Returns the default of a field, which occurs in generated code once.
///
/// # Errors
///
/// Returns an error if it cannot be stored exactly.
pub fn encode_default<M: HasColumn<FIELD, V>, const FIELD: u64, V>(
    default: impl FnOnce() -> M::Type,
) -> Result<Value<'static>, Mismatch> {
    Ok(default().encode()?.into_owned())
}

/// Returns the default of a field that a codec stores.
///
/// # Errors
///
/// Returns an error if it cannot be stored exactly.
pub fn encode_coded_default<C: Codec<T>, T>(default: &T) -> Result<Value<'static>, Mismatch> {
    value_of::<C, T>(default)
}

/// Returns the default of a field in a new row that leaves it out.
///
/// # Errors
///
/// Returns the same errors as [`encode`].
pub fn left_out<M: Mapped>(column: usize) -> Result<Value<'static>> {
    M::default_of(column).map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[column], mismatch))
}

/// Returns the value of a field, or its default if the new row leaves it out.
///
/// # Errors
///
/// Returns the same errors as [`encode`].
pub fn encode_or_default<M: HasColumn<FIELD, V>, const FIELD: u64, V>(given: Option<&M::Type>) -> Result<Value<'_>> {
    given.map_or_else(|| left_out::<M>(M::INDEX), encode::<M, FIELD, V>)
}

/// Returns the value of a field that a new row may leave to the database's default; this is not called if it does.
///
/// # Errors
///
/// Returns the same errors as [`encode`].
pub fn encode_given<M: HasColumn<FIELD, V>, const FIELD: u64, V>(given: Option<&M::Type>) -> Result<Value<'_>> {
    given.map_or(Ok(Value::Null), encode::<M, FIELD, V>)
}

/// The field of a model that a relation or a view refers to, found by the name that the user wrote or left out.
///
/// `Name` and `Word` are type parameters of generated code, with the names of the field and of the keyword of the
/// attribute that names it. It is a trait besides [`HasColumn`] because the message contains them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no column `{Name}`",
    label = "looks for the field `{Name}` in `{Self}`",
    note = "add the field to `{Self}`, or name another field of it in the attribute: `{Word} = ..`"
)]
pub trait HasField<const FIELD: u64, V, Name, Word>: HasColumn<FIELD, V> {}

#[diagnostic::do_not_recommend]
impl<M: HasColumn<FIELD, V>, const FIELD: u64, V, Name, Word> HasField<FIELD, V, Name, Word> for M {}

/// The model that a relation leads to or through.
#[derive(Debug)]
pub struct Other<M>(PhantomData<fn() -> M>);

impl<M> Clone for Other<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Other<M> {}

impl<M: Mapped> Other<M> {
    /// Names the model.
    pub(crate) const fn new() -> Self {
        Other(PhantomData)
    }

    /// Returns the model's table.
    #[must_use]
    pub const fn table(self) -> fn() -> &'static Table {
        M::table
    }

    /// Returns the table and the positions of its primary key's columns.
    #[must_use]
    pub const fn key(self) -> (fn() -> &'static Table, &'static [usize]) {
        (M::table, M::PRIMARY_KEY)
    }

    /// Names the column of a field. The functions for [`one`] and more check that it exists.
    #[must_use]
    pub const fn field<const FIELD: u64, V, Name, Word>(self) -> Field<M, FIELD, V, Name, Word> {
        Field(PhantomData)
    }

    /// Returns a position, if the type is a model.
    #[must_use]
    pub const fn at(self, position: usize) -> usize {
        position
    }

    /// Compiles if a foreign key can refer to the primary key.
    pub const fn check_key<F: RefersTo<M::Key>>(self) {}

    /// Compiles if the primary key has `columns` columns.
    ///
    /// # Panics
    ///
    /// Panics with the message if it has another number: generated code calls it at compile time.
    #[track_caller]
    pub const fn check_columns(self, columns: usize, message: &'static str) {
        assert!(M::PRIMARY_KEY.len() == columns, "{}", message);
    }

    /// Describes the model as the join table of a many-to-many relation.
    #[must_use]
    pub const fn through(self, left: &'static [&'static str], right: &'static [&'static str]) -> Through {
        // Not `M::TABLE`, which may contain a relation through the model that uses this one.
        let TableName { schema, name, .. } = M::TABLE_NAME;
        Through { schema, model: Some(M::table), ..Through::bare(name, left, right) }
    }

    /// Describes the model in between of a relation of two hops, in which others refer to its primary key.
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

    /// The column, which can refer to the same key as another.
    #[must_use]
    pub const fn refers_as<M2, const FIELD2: u64, V2, Name2, Word2>(
        self,
        _: &Field<M2, FIELD2, V2, Name2, Word2>,
    ) -> Self
    where
        V: RefersTo<V2>,
    {
        self
    }

    /// The column, which can hold a tag.
    #[must_use]
    pub const fn holds_tag(self) -> Self
    where
        V: TextType,
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
        /// Functions of generated code for this number of columns of another model.
        ///
        /// There are functions for each number because rustc says more about the bounds of a trait than about the
        /// bounds of functions. All bounds are at one place, so a missing column is one error.
        pub mod $module {
            use super::{Field, HasColumn, HasField, Mapped, Other, RefersTo};

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
                const { &[$(<M as HasColumn<$hash, $type>>::COLUMN.sql),*] }
            }

            impl<K: Mapped> Other<K> {
                /// Compiles if columns of a third model can refer to the primary key.
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

/// Whether the column of a field is nullable.
#[must_use]
pub const fn nullable<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> bool {
    <M::Type as ColumnType>::Presence::NULLABLE
}

/// Compiles if the database can generate the key: if it is an integer, or a newtype of one.
///
/// # Panics
///
/// Panics with the message if it cannot: generated code calls it at compile time.
#[track_caller]
pub const fn check_generated_key<M: HasColumn<FIELD, V>, const FIELD: u64, V>(message: &'static str) {
    assert!(M::Type::SQL_TYPE.is_integer(), "{}", message);
}

/// Returns the version column of a field, whose type has to be a counter.
#[must_use]
pub const fn version<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> Version
where
    M::Type: VersionType,
{
    Version::new::<M::Type>(M::INDEX)
}

/// Returns the position of a column whose type can hold the time of a write.
#[must_use]
pub const fn moment<M: HasColumn<FIELD, V>, const FIELD: u64, V>() -> usize
where
    M::Type: MomentType,
{
    M::INDEX
}
