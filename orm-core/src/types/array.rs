//! Arrays: a `Vec` of values in one column, on PostgreSQL.

use super::{ColumnType, Presence, Reads, Required, SqlType};
use crate::value::{Mismatch, Value, ValueRef};

/// A column type whose values can be the elements of an array, so that `Vec<T>` is a column type too.
///
/// All column types are, except arrays and `u8`: a `Vec<u8>` is bytes. `#[derive(ColumnType)]` implements it. An
/// element of type `Option<T>` is `NULL` or a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an array",
    label = "not an element type",
    note = "implement it beside `ColumnType`: `impl orm::Element for {Self} {{}}`"
)]
pub trait Element: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: Element + ColumnType<Presence = Required>> Element for Option<T> {}

macro_rules! elements {
    ($($type:ty),* $(,)?) => {$(
        impl Element for $type {}
    )*};
}

elements!(bool, i8, i16, i32, i64, isize, u16, u32, u64, usize, f32, f64, String, Vec<u8>);

/// An array of PostgreSQL. SQLite has no arrays; there, store such a field with `#[model(json)]`.
#[diagnostic::do_not_recommend]
impl<T: Element> ColumnType for Vec<T> {
    const SQL_TYPE: SqlType = SqlType::Array(const { &single::<T>() });
    type Presence = Required;
    // An array may have several dimensions, and only arrays of one can be read.
    const READS: Reads = match T::READS {
        Reads::Unsure => Reads::Unsure,
        Reads::Own | Reads::Every => Reads::Own,
    };

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Array(values) => values.iter().map(decode_element).collect(),
            ValueRef::Null => Err(Mismatch::UnexpectedNull),
            value => Err(Mismatch::Refused(
                format!(
                    "found {} where an array is expected; to store it as JSON, write `#[model(json)]`",
                    value.kind()
                )
                .into(),
            )),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        self.iter().map(T::encode).collect::<Result<_, _>>().map(Value::Array)
    }
}

/// The type of the elements. An array of arrays does not compile.
const fn single<T: ColumnType>() -> SqlType {
    assert!(!matches!(T::SQL_TYPE, SqlType::Array(_)), "the elements of an array are single values, and not arrays");
    T::SQL_TYPE
}

fn decode_element<T: ColumnType>(value: &Value<'_>) -> Result<T, Mismatch> {
    if value.is_null() && !T::Presence::NULLABLE {
        return Err(Mismatch::Refused("an element is NULL, which only a `Vec<Option<..>>` can hold".into()));
    }
    T::decode(value.as_value_ref())
}

/// Array columns: of `Vec<T>` and `Option<Vec<T>>`.
///
/// This is a trait because both have the conditions on arrays, and the type of the elements follows from the type of
/// the column.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no array",
    label = "not an array column",
    note = "columns of `Vec<T>` hold arrays; text columns have `contains`, and relations have `any` and `all`"
)]
pub trait ArrayType: ColumnType {
    /// The type of the elements.
    type Element: Element;
}

impl<T: Element> ArrayType for Vec<T> {
    type Element = T;
}

impl<T: ArrayType + ColumnType<Presence = Required>> ArrayType for Option<T> {
    type Element = T::Element;
}
