//! Library-independent dates, times and decimals as column types. The types of other crates are converted to them.

use super::form::Moment;
use super::{CalendarType, ColumnType, Element, KeyType, MomentType, Reads, Required, SqlType, other_kind};
use crate::value::{Date, DateTime, Decimal, Mismatch, Time, Timestamp, Value, ValueRef};

macro_rules! neutral {
    ($($type:ident, $parse:expr, $form:literal);* $(;)?) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::$type;
            type Presence = Required;
            const READS: Reads = Reads::Own;

            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                let parse: fn(&str) -> Option<$type> = $parse;
                match value {
                    ValueRef::$type(value) => Ok(value),
                    ValueRef::Text(text) => parse(text).ok_or(Mismatch::Refused($form.into())),
                    value => Err(other_kind(value)),
                }
            }

            fn encode(&self) -> Result<Value<'_>, Mismatch> {
                Ok(Value::$type(*self))
            }
        }

        impl KeyType for $type {}
        impl Element for $type {}
    )*};
}

// Every unambiguous text is read, in any form of the column.
neutral! {
    Date, Date::parse, "found text that is not a date of the form `2024-02-29`";
    Time, |text| Time::parse(text.strip_prefix("2000-01-01 ").unwrap_or(text)),
        "found text that is not a time of the form `12:34:56.789`";
}

macro_rules! moment {
    ($($type:ident, $of:expr, $form:literal);* $(;)?) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::$type;
            type Presence = Required;

            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                let of: fn(Moment) -> Option<$type> = $of;
                match value {
                    ValueRef::$type(value) => Ok(value),
                    ValueRef::Text(text) => {
                        Moment::parse(text).and_then(of).ok_or(Mismatch::Refused($form.into()))
                    }
                    ValueRef::Int(_) | ValueRef::Real(_) => Err(Mismatch::Refused(UNKNOWN_UNIT.into())),
                    value => Err(other_kind(value)),
                }
            }

            fn encode(&self) -> Result<Value<'_>, Mismatch> {
                Ok(Value::$type(*self))
            }
        }

        impl Element for $type {}
        impl KeyType for $type {}

        #[diagnostic::do_not_recommend]
        impl CalendarType for $type {}

        #[diagnostic::do_not_recommend]
        impl MomentType for $type {}
    )*};
}

#[diagnostic::do_not_recommend]
impl CalendarType for Date {}

const UNKNOWN_UNIT: &str = "found a number without a unit; write the unit on the field, as in \
    `#[model(stored = unix_seconds)]`, or `unix_milliseconds`, `unix_microseconds` or `julian_day`";

moment! {
    DateTime, Moment::date_time, "found text that is not a date and time without a time zone, such as `2024-02-29 \
                                  12:34:56.789`";
    Timestamp, |moment| moment.utc().map(Timestamp),
        "found text that is not an instant, such as `2024-02-29 12:34:56.789`, which is in UTC, or \
         `2024-02-29T12:34:56+01:00`";
}

impl ColumnType for Decimal {
    const SQL_TYPE: SqlType = SqlType::Decimal;
    type Presence = Required;
    const READS: Reads = Reads::Own;

    // A column of another type may have converted the text to a number.
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Decimal(value) => Ok(value),
            ValueRef::Int(value) => Ok(Decimal::new(value.into(), 0)),
            ValueRef::Real(value) => Decimal::from_f64(value).ok_or(Mismatch::Refused(
                "found a floating-point number that is not a decimal number of up to 38 digits".into(),
            )),
            ValueRef::Text(text) => Decimal::parse(text).ok_or(Mismatch::Refused(
                "found text that is not a decimal number, such as `-1.5`, of up to 38 digits".into(),
            )),
            value => Err(other_kind(value)),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Decimal(*self))
    }
}

impl KeyType for Decimal {}
impl Element for Decimal {}

/// Types of another crate that correspond to one of these: `$to` converts to it, and `$from` from it.
#[allow(unused_macros, reason = "each user of it is a feature")]
macro_rules! through {
    ($($type:ty: $neutral:ident, $to:expr, $from:expr;)*) => {$(
        impl $crate::types::ColumnType for $type {
            const SQL_TYPE: $crate::types::SqlType = $crate::types::SqlType::$neutral;
            type Presence = $crate::types::Required;
            const READS: $crate::types::Reads = $crate::types::Reads::Own;

            fn decode(
                value: $crate::value::ValueRef<'_>,
            ) -> ::std::result::Result<Self, $crate::value::Mismatch> {
                let neutral = <$crate::value::$neutral as $crate::types::ColumnType>::decode(value)?;
                let from: fn($crate::value::$neutral) -> Option<$type> = $from;
                from(neutral).ok_or($crate::value::Mismatch::Refused(
                    concat!("`", stringify!($type), "` has no such value; it is beyond its range").into(),
                ))
            }

            fn encode(&self) -> ::std::result::Result<$crate::value::Value<'_>, $crate::value::Mismatch> {
                let to: fn(&$type) -> ::std::result::Result<$crate::value::$neutral, $crate::value::Mismatch> = $to;
                to(self).map($crate::value::Value::$neutral)
            }
        }

        impl $crate::types::KeyType for $type {}
        impl $crate::types::Element for $type {}
    )*};
}

/// The types that can hold the time of a write.
#[allow(unused_macros, reason = "each user of it is a feature")]
macro_rules! moments {
    ($($type:ty),*) => {$(
        $crate::types::neutral::calendar!($type);

        #[diagnostic::do_not_recommend]
        impl $crate::types::MomentType for $type {}
    )*};
}

/// The types that are dates or have one.
#[allow(unused_macros, reason = "each user of it is a feature")]
macro_rules! calendar {
    ($type:ty) => {
        #[diagnostic::do_not_recommend]
        impl $crate::types::CalendarType for $type {}
    };
}

#[allow(unused_imports, reason = "each user of them is a feature")]
pub(super) use {calendar, moments, through};
