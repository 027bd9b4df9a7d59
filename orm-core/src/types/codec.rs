//! Codecs, which store fields whose types are not column types.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{ColumnType, Required, SqlType};
use crate::value::{Mismatch, Value, ValueRef};

/// Stores values of `T` in a column, although `T` is not a column type: for a field with `#[model(with = ..)]`.
#[doc(alias = "serializer")]
#[doc(alias = "TypeDecorator")]
#[doc(alias = "custom_type")]
///
/// The database compares and orders the stored values. A decoded value must be encoded as the same stored value;
/// otherwise writing a row that was read would change it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a codec for `{T}`",
    label = "does not say how `{T}` is stored",
    note = "implement it: `impl orm::Codec<{T}> for {Self} {{ .. }}`"
)]
pub trait Codec<T>: 'static {
    /// The stored type, which is a column type.
    type Stored: ColumnType;

    /// Returns what is stored for a value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be stored exactly.
    fn encode(value: &T) -> Result<Self::Stored, Mismatch>;

    /// Returns the value of what is stored.
    ///
    /// # Errors
    ///
    /// Returns an error if it is not a value of `T`.
    fn decode(stored: Self::Stored) -> Result<T, Mismatch>;
}

/// The codec of a field with `#[model(json)]`: any type that serialises, stored as JSON, in the same way as `Json`.
#[derive(Clone, Copy, Debug)]
pub struct AsJson;

/// The derive uses this for a field that it refused, so that the missing feature is the only error.
#[cfg(not(feature = "json"))]
impl<T> Codec<T> for AsJson {
    type Stored = String;

    fn encode(_: &T) -> Result<String, Mismatch> {
        Err(Mismatch::Unstorable("JSON is stored with the feature `json`"))
    }

    fn decode(_: String) -> Result<T, Mismatch> {
        Err(Mismatch::Refused("JSON is read with the feature `json`".into()))
    }
}

/// The codec of a field with an `Option`: `None` is stored as `NULL`, and all other values by the codec `C`.
#[derive(Clone, Copy, Debug)]
pub struct OrNull<C>(PhantomData<C>);

#[diagnostic::do_not_recommend]
impl<C: Codec<T>, T> Codec<Option<T>> for OrNull<C>
where
    C::Stored: ColumnType<Presence = Required>,
{
    type Stored = Option<C::Stored>;

    fn encode(value: &Option<T>) -> Result<Self::Stored, Mismatch> {
        value.as_ref().map(C::encode).transpose()
    }

    fn decode(stored: Self::Stored) -> Result<Option<T>, Mismatch> {
        stored.map(C::decode).transpose()
    }
}

/// A value that the codec `C` stores: the type of the column of a field with `#[model(with = ..)]` or `#[model(json)]`.
///
/// Such a column is compared with values of the field's type.
pub struct Coded<C, T>(T, PhantomData<fn() -> C>);

impl<C, T> Coded<C, T> {
    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<C, T> From<T> for Coded<C, T> {
    fn from(value: T) -> Self {
        Coded(value, PhantomData)
    }
}

impl<C, T> Deref for Coded<C, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<C, T: Clone> Clone for Coded<C, T> {
    fn clone(&self) -> Self {
        Coded(self.0.clone(), PhantomData)
    }
}

impl<C, T: PartialEq> PartialEq for Coded<C, T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<C, T: fmt::Debug> fmt::Debug for Coded<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<C: Codec<T>, T: 'static> ColumnType for Coded<C, T> {
    const SQL_TYPE: SqlType = C::Stored::SQL_TYPE;
    type Presence = <C::Stored as ColumnType>::Presence;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        C::Stored::decode(value).and_then(C::decode).map(Coded::from)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        value_of::<C, T>(&self.0)
    }
}

/// The stored value.
pub(crate) fn value_of<C: Codec<T>, T>(value: &T) -> Result<Value<'static>, Mismatch> {
    Ok(C::encode(value)?.encode()?.into_owned())
}
