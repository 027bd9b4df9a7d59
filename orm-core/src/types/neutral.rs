//! Dates, times and decimals as they travel, as column types. The types of other crates go through them.

use super::{ColumnType, Element, KeyType, Required, SqlType, other_kind};
use crate::value::{Date, DateTime, Decimal, Mismatch, Time, Timestamp, Value, ValueRef};

macro_rules! neutral {
    ($($type:ident, $form:literal);* $(;)?) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::$type;
            type Presence = Required;

            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                match value {
                    ValueRef::$type(value) => Ok(value),
                    ValueRef::Text(text) => $type::parse(text).ok_or(Mismatch::Refused($form.into())),
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

// Text of another form is refused rather than understood: it would neither equal nor sort as ours does.
neutral! {
    Date, "found text that is no date of the form `2024-02-29`; `date(..)` makes it of most others";
    Time, "found text that is no time of the form `12:34:56.000000000`; \
        `strftime('%H:%M:%f000000', ..)` makes it of most others";
    DateTime, "found text that is no date and time of the form `2024-02-29T12:34:56.000000000`; \
        `strftime('%Y-%m-%dT%H:%M:%f000000', ..)` makes it of most others";
    Timestamp, "found text that is no instant of the form `2024-02-29T12:34:56.000000000Z`; \
        `strftime('%Y-%m-%dT%H:%M:%f000000Z', ..)` makes it of most others";
}

impl ColumnType for Decimal {
    const SQL_TYPE: SqlType = SqlType::Decimal;
    type Presence = Required;

    // A column of another type may have made an integer of the text.
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Decimal(value) => Ok(value),
            ValueRef::Int(value) => Ok(Decimal::new(value.into(), 0)),
            ValueRef::Text(text) => Decimal::parse(text).ok_or(Mismatch::Refused(
                "found text that is no decimal number in its shortest form, such as `-1.5`, of up to 38 digits".into(),
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

/// Types of another crate that are one of these, to which `$to` turns them, and from which `$from` does.
#[allow(unused_macros, reason = "each user of it is a feature")]
macro_rules! through {
    ($($type:ty: $neutral:ident, $to:expr, $from:expr;)*) => {$(
        impl $crate::types::ColumnType for $type {
            const SQL_TYPE: $crate::types::SqlType = $crate::types::SqlType::$neutral;
            type Presence = $crate::types::Required;

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

#[allow(unused_imports, reason = "each user of it is a feature")]
pub(super) use through;
