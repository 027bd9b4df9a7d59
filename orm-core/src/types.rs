//! Rust types that a column can hold, and how each is stored.

mod array;
#[cfg(feature = "chrono-04")]
mod chrono;
mod codec;
mod computed;
mod form;
mod interval;
#[cfg(feature = "ipnet-2")]
mod ipnet;
#[cfg(feature = "jiff-02")]
mod jiff;
#[cfg(feature = "json")]
mod json;
mod json_path;
mod key;
mod network;
mod neutral;
mod param;
mod range;
#[cfg(feature = "rust_decimal-1")]
mod rust_decimal;
mod text;
#[cfg(feature = "time-03")]
mod time;
#[cfg(feature = "uuid-1")]
mod uuid;

use std::borrow::Cow;

pub use array::{ArrayType, Element};
pub(crate) use codec::value_of;
pub use codec::{AsJson, Codec, Coded, OrNull};
pub use computed::{Comparable, Summable};
pub(crate) use form::OtherForm;
pub use form::{Form, Fraction, Number, Offset, Separator, TextForm, Unit, UuidText};
pub(crate) use form::{meaning, native};
#[cfg(feature = "json")]
pub use json::Json;
#[cfg(all(feature = "json", feature = "sqlite"))]
pub(crate) use json::json_leaf;
pub(crate) use json_path::path_steps;
#[cfg(any(feature = "postgres", test))]
pub(crate) use json_path::quoted_key;
#[cfg(feature = "sqlite")]
pub(crate) use json_path::written_steps;
pub use json_path::{JsonKind, JsonStep};
pub use key::{Key, RefersTo};
#[cfg(feature = "sqlite")]
pub(crate) use network::Network;
#[cfg(feature = "postgres")]
pub(crate) use network::has_host_bits;
pub(crate) use param::append_bytes;
pub use param::{Keys, Param};
pub(crate) use range::range_of_one;
pub use range::{Range, RangeBound, RangeType};
pub use text::TextType;

use crate::value::{Mismatch, Value, ValueRef};

/// The type of a column, independent of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// A boolean.
    Bool,
    /// A signed integer of 16 bits.
    Int16,
    /// A signed integer of 32 bits.
    Int32,
    /// A signed integer of 64 bits.
    Int64,
    /// A floating-point number of 32 bits.
    Real32,
    /// A floating-point number of 64 bits.
    Real64,
    /// Text.
    Text,
    /// Bytes.
    Blob,
    /// A UUID.
    Uuid,
    /// A calendar date.
    Date,
    /// A time of day, without a time zone.
    Time,
    /// A date and a time of day, without a time zone.
    DateTime,
    /// An instant: a point in time, in any time zone.
    Timestamp,
    /// A decimal number.
    Decimal,
    /// A duration, in months, days and microseconds.
    Interval,
    /// A JSON value.
    Json,
    /// An IP address, with or without a network prefix.
    Inet,
    /// A range: all values of a type between two bounds.
    Range(&'static SqlType),
    /// An array of values of a type.
    Array(&'static SqlType),
}

impl SqlType {
    /// Whether this is an integer of any width.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, SqlType::Int16 | SqlType::Int32 | SqlType::Int64)
    }

    /// The probable size of a value in bytes; `None` for types whose values are usually long.
    pub(crate) const fn likely_bytes(self) -> Option<u64> {
        match self {
            SqlType::Blob | SqlType::Json | SqlType::Array(_) => None,
            SqlType::Text | SqlType::Range(_) => Some(32),
            SqlType::Uuid | SqlType::Decimal | SqlType::Interval | SqlType::Inet => Some(16),
            _ => Some(8),
        }
    }
}

/// A Rust type that a column can hold.
///
/// Reading and writing are exact, or return an error: a number out of range, text in place of a number, or `NULL` for a
/// type that is not an `Option` is a [`Mismatch`], and never another value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column type",
    label = "a column cannot hold this type",
    note = "columns hold numbers, `bool`, `String`, `Vec<u8>`, IP addresses, `Option`s of these, and on PostgreSQL `Vec`s; other types come with the features `chrono-04`, `ipnet-2`, `jiff-02`, `json`, `rust_decimal-1`, `time-03` and `uuid-1`",
    note = "for a field of another type, say how it is stored: `#[model(json)]` or `#[model(with = Codec)]`; `#[model(skip)]` leaves it out of the table",
    note = "a related row is not a column: keep its key here and write `#[belongs_to(name: Type)]` on the key"
)]
pub trait ColumnType: Sized + 'static {
    /// The type of the column.
    const SQL_TYPE: SqlType;

    /// Whether the column is nullable: [`Required`] or [`Optional`].
    type Presence: Presence;

    /// Which values [`decode`](ColumnType::decode) can always read. Leave it out if you are not sure.
    ///
    /// On PostgreSQL, an insert or an update outside of a transaction runs in its own transaction if the returned row
    /// may be unreadable. This constant can avoid that.
    const READS: Reads = Reads::Unsure;

    /// Reads the value of a column.
    ///
    /// # Errors
    ///
    /// Returns an error if this type cannot hold the value exactly.
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch>;

    /// Returns the value to store.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store the value exactly, such as a `u64` above `i64::MAX`.
    fn encode(&self) -> Result<Value<'_>, Mismatch>;
}

/// Which values a column type can always read; see [`ColumnType::READS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reads {
    /// Reading some values may return an error.
    #[default]
    Unsure,
    /// The values that it writes itself.
    Own,
    /// All values of its [`SQL_TYPE`](ColumnType::SQL_TYPE), and `NULL` if it is an `Option`.
    Every,
}

/// Whether a column is nullable: [`Required`] or [`Optional`].
///
/// This is a trait so that the two are types: an implementation for all columns of one does not overlap with one for
/// the other.
pub trait Presence: 'static {
    /// True if it is nullable.
    const NULLABLE: bool;

    /// The type of a value computed from the column: an `Option` of `V` if it is nullable.
    type Of<V: ColumnType<Presence = Required>>: ColumnType;

    /// The presence of a value computed from this column and another one: it is nullable if one of them is.
    type Or<P: Presence>: Presence;
}

/// A value computed from a `T`: a `V`, or an `Option<V>` if `T` is an `Option`.
pub type Alike<T, V> = <<T as ColumnType>::Presence as Presence>::Of<V>;

/// A value computed from two values: a `V`, or an `Option<V>` if one of them is nullable.
pub type OfBoth<P, Q, V> = <<P as Presence>::Or<Q> as Presence>::Of<V>;

/// The column is `NOT NULL`.
#[derive(Clone, Copy, Debug)]
pub struct Required;

/// The column is nullable.
#[derive(Clone, Copy, Debug)]
pub struct Optional;

impl Presence for Required {
    const NULLABLE: bool = false;
    type Of<V: ColumnType<Presence = Required>> = V;
    type Or<P: Presence> = P;
}

impl Presence for Optional {
    const NULLABLE: bool = true;
    type Of<V: ColumnType<Presence = Required>> = Option<V>;
    type Or<P: Presence> = Optional;
}

/// A column type whose values can be keys: equal in Rust exactly if they are equal in the database.
///
/// This is a trait because that is a guarantee, which each type makes for itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, text, bytes, uuids, decimals, dates, times or IP addresses; two floating-point numbers that look alike may differ"
)]
pub trait KeyType: ColumnType<Presence = Required> {}

/// A column type that can count the changes of a row, for optimistic locking.
///
/// This is a trait so that a version has no other type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not a type of versions",
    note = "a version counts the changes of its row; write `i64`, or `i32`, `u32` or `u64`"
)]
pub trait VersionType: ColumnType {
    /// The maximum number that it can hold, in Rust and in a database.
    const MOST: i64;
}

#[diagnostic::do_not_recommend]
impl VersionType for i32 {
    const MOST: i64 = 0x7fff_ffff;
}

#[diagnostic::do_not_recommend]
impl VersionType for u32 {
    const MOST: i64 = 0xffff_ffff;
}

#[diagnostic::do_not_recommend]
impl VersionType for i64 {
    const MOST: i64 = i64::MAX;
}

#[diagnostic::do_not_recommend]
impl VersionType for u64 {
    const MOST: i64 = i64::MAX;
}

/// A column type for dates or date-times: values with years, months and days.
///
/// This is a trait so that other types do not have the functions of dates.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a date nor a moment",
    label = "has no years, months and days",
    note = "the types with a date are `orm::value::Date` and `Timestamp`, and those of the crates `chrono`, `jiff` and `time`"
)]
pub trait CalendarType: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: CalendarType + ColumnType<Presence = Required>> CalendarType for Option<T> {}

/// A column type for date-times: dates with a time of day, in UTC.
///
/// This is a trait so that `created_at` and `updated_at` have no other type, and other types have no hours.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold moments",
    label = "not a date with a time of day",
    note = "types of moments are `Timestamp`, `chrono::DateTime<Utc>`, `jiff::Timestamp`, `time::OffsetDateTime` or a date and time without a zone, which is in UTC then"
)]
pub trait MomentType: CalendarType {}

#[diagnostic::do_not_recommend]
impl<T: MomentType + ColumnType<Presence = Required>> MomentType for Option<T> {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Presence = Required>> ColumnType for Option<T> {
    const SQL_TYPE: SqlType = T::SQL_TYPE;
    type Presence = Optional;
    const READS: Reads = T::READS;

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::decode(value).map(Some),
        }
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        self.as_ref().map_or(Ok(Value::Null), T::encode)
    }
}

/// A column type for JSON.
///
/// This is a trait so that other types have no paths.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold JSON",
    label = "has no paths",
    note = "JSON is in fields with `#[model(json)]`, and of the types `orm::Json<T>` and `serde_json::Value`, with the feature `json`"
)]
pub trait JsonType: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: JsonType + ColumnType<Presence = Required>> JsonType for Option<T> {}

#[diagnostic::do_not_recommend]
impl<C: Codec<T, Stored: JsonType>, T: 'static> JsonType for Coded<C, T> {}

/// Returns the text that is stored for an enum's variant.
#[must_use]
pub const fn text(text: &'static str) -> Value<'static> {
    Value::Text(Cow::Borrowed(text))
}

/// Returns the mismatch of a value that is stored for no variant of an enum.
#[must_use]
pub fn no_variant(name: &str, sql_type: SqlType, value: ValueRef<'_>) -> Mismatch {
    match (sql_type, value) {
        (SqlType::Text, ValueRef::Text(_)) | (SqlType::Int64, ValueRef::Int(_)) => {
            Mismatch::Refused(format!("no variant of `{name}` is stored as this").into())
        }
        (_, value) => other_kind(value),
    }
}

/// The mismatch of a value of another kind than the type needs.
fn other_kind(value: ValueRef<'_>) -> Mismatch {
    match value {
        ValueRef::Null => Mismatch::UnexpectedNull,
        value => Mismatch::Kind { found: value.kind() },
    }
}

macro_rules! integer {
    ($($type:ty => $sql_type:ident $reads:ident),* $(,)?) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::$sql_type;
            type Presence = Required;
            const READS: Reads = Reads::$reads;

            #[inline]
            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                match value {
                    ValueRef::Int(value) => value.try_into().map_err(|_| Mismatch::OutOfRange),
                    value => Err(other_kind(value)),
                }
            }

            #[inline]
            fn encode(&self) -> Result<Value<'_>, Mismatch> {
                (*self).try_into().map(Value::Int).map_err(|_| Mismatch::OutOfRange)
            }
        }

        impl KeyType for $type {}
    )*};
}

// An unsigned type uses the next wider column, so that every value fits; `u64` has no wider one, and binding its upper
// half is an error.
integer! {
    i8 => Int16 Own, i16 => Int16 Every, i32 => Int32 Every, i64 => Int64 Every, isize => Int64 Own,
    u8 => Int16 Own, u16 => Int32 Own, u32 => Int64 Own, u64 => Int64 Own, usize => Int64 Own,
}

impl ColumnType for bool {
    const SQL_TYPE: SqlType = SqlType::Bool;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Bool(value) => Ok(value),
            ValueRef::Int(0) => Ok(false),
            ValueRef::Int(1) => Ok(true),
            ValueRef::Int(_) => Err(Mismatch::OutOfRange),
            ValueRef::Text(text) => {
                word(text).ok_or(Mismatch::Refused("found text that is neither true nor false".into()))
            }
            value => Err(other_kind(value)),
        }
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Bool(*self))
    }
}

/// The boolean of a word that other tools store.
fn word(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match (is_one_of(["t", "true", "y", "yes", "on"]), is_one_of(["f", "false", "n", "no", "off"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The bytes of a UUID, which databases without UUIDs store as bytes or as text.
pub(crate) fn uuid_bytes(value: ValueRef<'_>) -> Result<[u8; 16], Mismatch> {
    match value {
        ValueRef::Uuid(bytes) => Ok(bytes),
        ValueRef::Blob(bytes) => bytes.try_into().map_err(|_| Mismatch::Refused("a uuid has 16 bytes".into())),
        ValueRef::Text(text) => UuidText::parse(text)
            .ok_or(Mismatch::Refused("found text that is not a UUID of 32 hexadecimal digits".into())),
        ValueRef::Int(_) | ValueRef::Real(_) => Err(Mismatch::Refused(
            "found a number, to which a numeric column has converted the UUID's text; declare the column as TEXT or \
             BLOB"
                .into(),
        )),
        value => Err(other_kind(value)),
    }
}

impl ColumnType for f64 {
    const SQL_TYPE: SqlType = SqlType::Real64;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    // SQLite stores 1.0 in a NUMERIC column as the integer 1, so integers are read too, if a double can hold them.
    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Real(value) => Ok(value),
            ValueRef::Int(value) => exact_f64(value).ok_or(Mismatch::Inexact),
            value => Err(other_kind(value)),
        }
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Real(*self))
    }
}

impl ColumnType for f32 {
    const SQL_TYPE: SqlType = SqlType::Real32;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        exact_f32(f64::decode(value)?).ok_or(Mismatch::Inexact)
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Real(f64::from(*self)))
    }
}

/// The double equal to `value`, if there is one.
pub(crate) fn exact_f64(value: i64) -> Option<f64> {
    // Every integer of at most 53 bits is a double; so are some larger ones, but recognizing them has no benefit.
    const LIMIT: i64 = 1 << 53;
    #[expect(clippy::cast_precision_loss, reason = "the range check makes the cast exact")]
    (-LIMIT..=LIMIT).contains(&value).then_some(value as f64)
}

/// The float equal to `value`, if there is one; NaN equals NaN here.
pub(crate) fn exact_f32(value: f64) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "the comparison below refuses what the cast changed")]
    let narrowed = value as f32;
    (f64::from(narrowed).to_bits() == value.to_bits() || value.is_nan()).then_some(narrowed)
}

impl ColumnType for String {
    const SQL_TYPE: SqlType = SqlType::Text;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Text(value) => Ok(value.to_owned()),
            value => text_of(value),
        }
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Text(Cow::Borrowed(self)))
    }
}

impl KeyType for String {}

/// The text of a value that is sent in another form, and that the field reads as text.
#[cold]
fn text_of(value: ValueRef<'_>) -> Result<String, Mismatch> {
    match value {
        ValueRef::Interval(value) => Ok(value.to_string()),
        value => Err(other_kind(value)),
    }
}

impl ColumnType for Vec<u8> {
    const SQL_TYPE: SqlType = SqlType::Blob;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Blob(value) => Ok(value.to_owned()),
            value => Err(other_kind(value)),
        }
    }

    #[inline]
    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Blob(Cow::Borrowed(self)))
    }
}

impl KeyType for Vec<u8> {}
