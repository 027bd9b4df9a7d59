//! Ranges, which only PostgreSQL has: all values between two bounds, in one column.

use std::borrow::Cow;
use std::ops::{self, Bound};

use super::{ColumnType, Element, Reads, Required, SqlType, other_kind};
use crate::value::{Date, DateTime, Decimal, Mismatch, Timestamp, Value, ValueRef};

/// A range of PostgreSQL: all values between two bounds, or no values.
///
/// `Range<i32>` is `int4range`, `Range<i64>` is `int8range`, and ranges of decimals, dates, date-times and instants are
/// `numrange`, `daterange`, `tsrange` and `tstzrange`. Rust's own ranges are converted with `into()`: `(1..10).into()`.
///
/// PostgreSQL stores ranges of integers and dates with an inclusive start and an exclusive end, so `1..=9` is read as
/// `1..10`. A range without values is read as [`Range::Empty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range<T> {
    /// No values.
    Empty,
    /// The values from the first bound to the second.
    Between(Bound<T>, Bound<T>),
}

impl<T: PartialOrd> Range<T> {
    /// Returns whether a value is in the range.
    pub fn contains(&self, value: &T) -> bool {
        match self {
            Range::Empty => false,
            Range::Between(start, end) => ops::RangeBounds::contains(&(start.as_ref(), end.as_ref()), &value),
        }
    }
}

impl<T> From<ops::Range<T>> for Range<T> {
    fn from(range: ops::Range<T>) -> Self {
        Range::Between(Bound::Included(range.start), Bound::Excluded(range.end))
    }
}

impl<T> From<ops::RangeInclusive<T>> for Range<T> {
    fn from(range: ops::RangeInclusive<T>) -> Self {
        let (start, end) = range.into_inner();
        Range::Between(Bound::Included(start), Bound::Included(end))
    }
}

impl<T> From<ops::RangeFrom<T>> for Range<T> {
    fn from(range: ops::RangeFrom<T>) -> Self {
        Range::Between(Bound::Included(range.start), Bound::Unbounded)
    }
}

impl<T> From<ops::RangeTo<T>> for Range<T> {
    fn from(range: ops::RangeTo<T>) -> Self {
        Range::Between(Bound::Unbounded, Bound::Excluded(range.end))
    }
}

impl<T> From<ops::RangeToInclusive<T>> for Range<T> {
    fn from(range: ops::RangeToInclusive<T>) -> Self {
        Range::Between(Bound::Unbounded, Bound::Included(range.end))
    }
}

impl<T> From<ops::RangeFull> for Range<T> {
    fn from(_: ops::RangeFull) -> Self {
        Range::Between(Bound::Unbounded, Bound::Unbounded)
    }
}

impl<T> From<(Bound<T>, Bound<T>)> for Range<T> {
    fn from((start, end): (Bound<T>, Bound<T>)) -> Self {
        Range::Between(start, end)
    }
}

/// A column type of which PostgreSQL has ranges, so that [`Range<T>`](Range) is a column type too.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no ranges of `{Self}`",
    label = "not the type of a range's bounds",
    note = "there are ranges of integers of 32 and 64 bits, decimals, dates, date-times and instants",
    note = "for a type that holds one of these, write `impl orm::RangeBound for {Self} {{}}`"
)]
pub trait RangeBound: ColumnType<Presence = Required> + PartialOrd {}

/// Types that are the bounds of ranges.
macro_rules! range_bounds {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::types::RangeBound for $type {}
    )*};
}

#[allow(unused_imports, reason = "each user of it elsewhere is a feature")]
pub(super) use range_bounds;

range_bounds!(i32, i64, isize, u16, u32, u64, usize, Date, DateTime, Decimal, Timestamp);

/// A range of PostgreSQL. SQLite has no ranges; there, use two columns.
impl<T: RangeBound> ColumnType for Range<T> {
    const SQL_TYPE: SqlType = SqlType::Range(const { &bound_type::<T>() });
    type Presence = Required;
    const READS: Reads = match T::READS {
        Reads::Unsure => Reads::Unsure,
        Reads::Own | Reads::Every => Reads::Own,
    };

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let (ValueRef::Text(text) | ValueRef::Range(text)) = value else { return Err(other_kind(value)) };
        if text == "empty" {
            return Ok(Range::Empty);
        }
        let (start, end) =
            bounds(text).ok_or(Mismatch::Refused("found text that is not a range, such as `[1,10)`".into()))?;
        Ok(Range::Between(decode_bound(start)?, decode_end(end)?))
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        let Range::Between(start, end) = self else { return Ok(Value::Range(Cow::Borrowed("empty"))) };
        let ends_before_it_begins = match (start, end) {
            (Bound::Included(start) | Bound::Excluded(start), Bound::Included(end) | Bound::Excluded(end)) => {
                start > end
            }
            _ => false,
        };
        if ends_before_it_begins {
            return Err(Mismatch::Unstorable("the range ends before it begins"));
        }
        let opening = if matches!(start, Bound::Included(_)) { '[' } else { '(' };
        let closing = if matches!(end, Bound::Included(_)) { ']' } else { ')' };
        Ok(Value::Range(Cow::Owned(format!("{opening}{},{}{closing}", encode_bound(start)?, encode_bound(end)?))))
    }
}

#[diagnostic::do_not_recommend]
impl<T: RangeBound> Element for Range<T> {}

/// The range of one value. For a date-time that is finer than the bounds of stored ranges, it is the range between the
/// two nearest ones: a stored range includes all of that or nothing.
pub(crate) fn range_of_one<T: ColumnType>(value: &T) -> Result<Value<'static>, Mismatch> {
    let value = value.encode()?;
    let above = match value {
        Value::DateTime(at) => microsecond_above(at).map(Value::DateTime),
        Value::Timestamp(Timestamp(at)) => microsecond_above(at).map(|at| Value::Timestamp(Timestamp(at))),
        _ => None,
    };
    let text = text_of(&value)?;
    Ok(Value::Range(Cow::Owned(match above {
        None => format!("[{text},{text}]"),
        Some(above) => format!("({text},{})", text_of(&above)?),
    })))
}

/// The next whole microsecond; `None` for a date-time that is one.
fn microsecond_above(at: DateTime) -> Option<DateTime> {
    let below = at.to_microseconds();
    let nanoseconds = below.nanoseconds() + 1_000;
    let above = match nanoseconds {
        1_000_000_000 => DateTime::new(below.seconds() + 1, 0),
        nanoseconds => DateTime::new(below.seconds(), nanoseconds),
    };
    above.filter(|_| below != at)
}

/// Range columns: of `Range<T>` and `Option<Range<T>>`.
///
/// This is a trait because both have the conditions on ranges, and the type of the bounds follows from the type of the
/// column.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no range",
    label = "not a range column",
    note = "columns of `orm::Range<T>` hold ranges"
)]
pub trait RangeType: ColumnType {
    /// The type of the bounds.
    type Bound: RangeBound;
}

impl<T: RangeBound> RangeType for Range<T> {
    type Bound = T;
}

impl<T: RangeType + ColumnType<Presence = Required>> RangeType for Option<T> {
    type Bound = T::Bound;
}

/// The type of the bounds. A range of another type does not compile.
const fn bound_type<T: ColumnType>() -> SqlType {
    assert!(
        matches!(
            T::SQL_TYPE,
            SqlType::Int32 | SqlType::Int64 | SqlType::Decimal | SqlType::Date | SqlType::DateTime | SqlType::Timestamp
        ),
        "PostgreSQL has ranges of `i32`, `i64`, decimals, dates, date-times and instants, and of no other type"
    );
    T::SQL_TYPE
}

/// A parsed bound: whether its value is in the range, and the text of the value.
type Written<'t> = Option<(bool, &'t str)>;

/// The bounds of texts such as `[1,10)` and `("2024-01-01 00:00:00",)`. No value contains a quote or a comma.
fn bounds(text: &str) -> Option<(Written<'_>, Written<'_>)> {
    let (includes_start, inner) =
        text.strip_prefix('[').map(|rest| (true, rest)).or_else(|| Some((false, text.strip_prefix('(')?)))?;
    let (includes_end, inner) =
        inner.strip_suffix(']').map(|rest| (true, rest)).or_else(|| Some((false, inner.strip_suffix(')')?)))?;
    let (start, end) = inner.split_once(',')?;
    Some((bound(includes_start, start), bound(includes_end, end)))
}

fn bound(includes: bool, text: &str) -> Written<'_> {
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    (!text.is_empty()).then_some((includes, text))
}

fn decode_bound<T: ColumnType>(written: Written<'_>) -> Result<Bound<T>, Mismatch> {
    let Some((is_included, text)) = written else { return Ok(Bound::Unbounded) };
    let value = match T::SQL_TYPE {
        SqlType::Int32 | SqlType::Int64 => T::decode(ValueRef::Int(
            text.parse().map_err(|_| Mismatch::Refused("found a bound that is not an integer".into()))?,
        )),
        // An offset may have only hours: `+01`.
        SqlType::Timestamp if matches!(text.as_bytes(), [.., b'+' | b'-', _, _]) => {
            T::decode(ValueRef::Text(&format!("{text}:00")))
        }
        _ => T::decode(ValueRef::Text(text)),
    }?;
    Ok(if is_included { Bound::Included(value) } else { Bound::Excluded(value) })
}

/// `..=255` is stored as `..256`, which a narrow integer cannot hold.
fn decode_end<T: ColumnType>(written: Written<'_>) -> Result<Bound<T>, Mismatch> {
    let bound = decode_bound(written);
    let (Err(Mismatch::OutOfRange), Some((false, text))) = (&bound, written) else { return bound };
    let last = text.parse::<i64>().ok().and_then(|end| end.checked_sub(1));
    last.and_then(|last| T::decode(ValueRef::Int(last)).ok()).map_or(bound, |last| Ok(Bound::Included(last)))
}

fn encode_bound<T: ColumnType>(bound: &Bound<T>) -> Result<String, Mismatch> {
    match bound {
        Bound::Unbounded => Ok(String::new()),
        Bound::Included(value) | Bound::Excluded(value) => text_of(&value.encode()?),
    }
}

/// A value as it is written within a range.
fn text_of(value: &Value<'_>) -> Result<String, Mismatch> {
    Ok(match value {
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Date(value) => value.text()?,
        Value::DateTime(value) => format!("\"{}\"", value.to_microseconds().text()?),
        Value::Timestamp(value) => format!("\"{}+00\"", value.0.to_microseconds().text()?),
        value => return Err(other_kind(value.as_value_ref())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_from_any_text_of_a_range() {
        assert_eq!(Range::decode(ValueRef::Text("[1,10)")), Ok(Range::from(1..10)));
        assert_eq!(Range::decode(ValueRef::Text("(,5]")), Ok(Range::from(..=5)));
        assert_eq!(Range::<i64>::decode(ValueRef::Text("(,)")), Ok(Range::from(..)));
        assert_eq!(Range::<i32>::decode(ValueRef::Text("empty")), Ok(Range::Empty));
        assert_eq!(Range::decode(ValueRef::Text("[1,4294967296)")), Ok(Range::from(1..=u32::MAX)));
        for text in ["", "[", "[)", "[1]", "1,2", "[a,b)", "[1,2", "[1,99999999999)"] {
            assert!(Range::<i32>::decode(ValueRef::Text(text)).is_err(), "{text}");
        }
    }
}
