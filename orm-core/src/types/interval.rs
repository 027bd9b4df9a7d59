//! Intervals, which only PostgreSQL has, as column types. The types of other crates are converted to them.

use std::time::Duration;

use super::{ColumnType, Element, Reads, Required, SqlType, other_kind};
use crate::value::{Interval, Mismatch, Value, ValueRef};

impl ColumnType for Interval {
    const SQL_TYPE: SqlType = SqlType::Interval;
    type Presence = Required;
    const READS: Reads = Reads::Own;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Interval(value) if value.is_infinite() => {
                Err(Mismatch::Refused("found an infinite interval; read it as `String`".into()))
            }
            ValueRef::Interval(value) => Ok(value),
            value => Err(other_kind(value)),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Interval(*self))
    }
}

impl Element for Interval {}

/// Types that are intervals: `$to` converts them to one, and `$from` converts one to them. Their values cannot be keys,
/// because PostgreSQL treats intervals as equal that differ in Rust.
macro_rules! intervals {
    ($($type:ty, $to:expr, $from:expr;)*) => {$(
        impl $crate::types::ColumnType for $type {
            const SQL_TYPE: $crate::types::SqlType = $crate::types::SqlType::Interval;
            type Presence = $crate::types::Required;
            const READS: $crate::types::Reads = $crate::types::Reads::Own;

            fn decode(value: $crate::value::ValueRef<'_>) -> ::std::result::Result<Self, $crate::value::Mismatch> {
                let interval = <$crate::value::Interval as $crate::types::ColumnType>::decode(value)?;
                let from: fn($crate::value::Interval) -> ::std::result::Result<$type, $crate::value::Mismatch> = $from;
                from(interval)
            }

            fn encode(&self) -> ::std::result::Result<$crate::value::Value<'_>, $crate::value::Mismatch> {
                let to: fn(&$type) -> ::std::result::Result<$crate::value::Interval, $crate::value::Mismatch> = $to;
                to(self).map($crate::value::Value::Interval)
            }
        }

        impl $crate::types::Element for $type {}
    )*};
}

#[allow(unused_imports, reason = "each user of it but the standard library is a feature")]
pub(super) use intervals;

intervals! {
    Duration,
        |duration| of_nanoseconds(i128::try_from(duration.as_nanos()).map_err(|_| Mismatch::OutOfRange)?),
        |interval| u64::try_from(fixed_microseconds(interval)?).map(Duration::from_micros).map_err(|_| Mismatch::OutOfRange);
}

/// The interval of a number of nanoseconds.
pub(super) fn of_nanoseconds(nanoseconds: i128) -> Result<Interval, Mismatch> {
    if nanoseconds % 1_000 != 0 {
        return Err(FINER);
    }
    let microseconds = i64::try_from(nanoseconds / 1_000).map_err(|_| Mismatch::OutOfRange)?;
    Ok(Interval::new(0, 0, microseconds))
}

/// The duration of an interval that does not depend on its beginning.
pub(super) fn fixed_microseconds(interval: Interval) -> Result<i64, Mismatch> {
    if interval.months() != 0 || interval.days() != 0 {
        return Err(Mismatch::Refused(
            "found an interval with months or days, whose length varies; read it as `orm::value::Interval`".into(),
        ));
    }
    Ok(interval.microseconds())
}

/// Truncating it would store another duration.
pub(super) const FINER: Mismatch = Mismatch::Unstorable("an interval has whole microseconds; round the value to them");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infinite_interval_is_text_and_no_interval() {
        let infinite = ValueRef::Interval(Interval::new(i32::MIN, i32::MIN, i64::MIN));
        assert!(Interval::decode(infinite).is_err_and(|mismatch| mismatch.to_string().contains("`String`")));
        assert_eq!(String::decode(infinite), Ok("-infinity".to_owned()));
    }
}
