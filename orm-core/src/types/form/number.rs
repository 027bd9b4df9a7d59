//! Times and decimals as numbers.

use crate::types::exact_f64;
use crate::value::{DateTime, Decimal, Mismatch, Value};

pub(super) const TOO_PRECISE: Mismatch = Mismatch::Unstorable(
    "the number has more digits than SQLite's floating-point numbers keep; store such decimals as text",
);

/// Milliseconds from noon of the first Julian day to 1970-01-01 00:00:00.
const JULIAN_MILLISECONDS: i64 = 210_866_760_000_000;
const DAY_MILLISECONDS: f64 = 86_400_000.0;

/// The unit of Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
}

/// The kind of number in which Unix time is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Number {
    /// An integer.
    Integer,
    /// A floating-point number, for example in an untyped column that JavaScript filled.
    Real,
}

impl Unit {
    /// The number of units in a second.
    const fn in_second(self) -> i64 {
        match self {
            Unit::Seconds => 1,
            Unit::Milliseconds => 1_000,
            Unit::Microseconds => 1_000_000,
        }
    }

    /// The number of nanoseconds in a unit.
    pub(super) const fn step(self) -> u64 {
        1_000_000_000 / self.in_second().unsigned_abs()
    }

    /// The date-time after a number of units since 1970.
    pub(super) fn moment(self, count: i64) -> Option<DateTime> {
        let nanoseconds = count.rem_euclid(self.in_second()).unsigned_abs() * self.step();
        DateTime::new(count.div_euclid(self.in_second()), u32::try_from(nanoseconds).ok()?)
    }

    /// Does the same for a number that is stored as a floating-point number.
    pub(super) fn moment_of_real(self, count: f64) -> Option<DateTime> {
        if count.fract() != 0.0 || count.abs() > 9e15 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 53 bits")]
        self.moment(count as i64)
    }

    /// The number of units from 1970 to a date-time, truncated.
    pub(super) fn count(self, at: DateTime, number: Number) -> Option<Value<'static>> {
        let part = i64::try_from(u64::from(at.nanoseconds()) / self.step()).ok()?;
        let count = at.seconds().checked_mul(self.in_second())?.checked_add(part)?;
        match number {
            Number::Integer => Some(Value::Int(count)),
            Number::Real => exact_f64(count).map(Value::Real),
        }
    }
}

/// The Julian day of a date-time, as SQLite computes it: from whole milliseconds.
pub(super) fn julian_day(at: DateTime) -> Option<f64> {
    let milliseconds = at.seconds().checked_mul(1_000)?.checked_add(i64::from(at.nanoseconds() / 1_000_000))?;
    exact_f64(milliseconds.checked_add(JULIAN_MILLISECONDS)?).map(|milliseconds| milliseconds / DAY_MILLISECONDS)
}

/// The date-time of a Julian day.
pub(super) fn from_julian_day(days: f64) -> Option<DateTime> {
    let milliseconds = (days * DAY_MILLISECONDS).round();
    if !milliseconds.is_finite() || milliseconds.abs() > 9e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 53 bits")]
    Unit::Milliseconds.moment(milliseconds as i64 - JULIAN_MILLISECONDS)
}

/// The number to which SQLite converts a decimal in a numeric column; `None` if it is not the same number.
pub(super) fn numeric(value: Decimal) -> Option<Value<'static>> {
    if value.scale() == 0
        && let Ok(whole) = i64::try_from(value.coefficient())
    {
        return Some(Value::Int(whole));
    }
    let real: f64 = value.to_string().parse().ok()?;
    (Decimal::from_f64(real)? == value).then_some(Value::Real(real))
}

/// The text of a decimal with a fixed number of digits after the point; `None` when it has more.
pub(super) fn fixed(value: Decimal, scale: u8) -> Option<String> {
    let missing = usize::from(scale).checked_sub(value.scale().into())?;
    let mut text = value.to_string();
    if value.scale() == 0 && missing > 0 {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', missing));
    Some(text)
}

/// The number of the smallest units of a decimal; `None` if it is not a whole number, or too large.
pub(super) fn minor_units(value: Decimal, scale: u8) -> Option<i64> {
    let missing = u32::from(scale).checked_sub(value.scale().into())?;
    i64::try_from(value.coefficient().checked_mul(10_i128.checked_pow(missing)?)?).ok()
}
