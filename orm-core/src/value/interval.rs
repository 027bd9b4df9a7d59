//! Intervals: durations in months, days and microseconds.

use std::fmt;

const HOUR_MICROSECONDS: u64 = 3_600_000_000;
const MINUTE_MICROSECONDS: u64 = 60_000_000;
const SECOND_MICROSECONDS: u64 = 1_000_000;

/// A duration as PostgreSQL's `interval` stores it: months, days and microseconds, each with its own sign.
///
/// The three are separate because a month has 28 to 31 days, and a day 23 to 25 hours. Two intervals are equal in Rust
/// if all three numbers are. PostgreSQL compares intervals by their duration, with 30 days in a month and 24 hours in a
/// day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    months: i32,
    days: i32,
    microseconds: i64,
}

impl Interval {
    /// Returns the interval of a number of months, days and microseconds.
    #[must_use]
    pub const fn new(months: i32, days: i32, microseconds: i64) -> Self {
        Interval { months, days, microseconds }
    }

    /// Returns the months; a year has 12.
    #[must_use]
    pub const fn months(self) -> i32 {
        self.months
    }

    /// Returns the days; a week has 7.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Returns the hours, minutes and seconds, in microseconds.
    #[must_use]
    pub const fn microseconds(self) -> i64 {
        self.microseconds
    }

    /// PostgreSQL 17 has `infinity` and `-infinity`, which it sends as the maximum and minimum numbers.
    pub(crate) const fn is_infinite(self) -> bool {
        matches!(
            self,
            Interval { months: i32::MAX, days: i32::MAX, microseconds: i64::MAX }
                | Interval { months: i32::MIN, days: i32::MIN, microseconds: i64::MIN }
        )
    }
}

/// The text as PostgreSQL writes it by default: `1 year 2 mons -3 days +04:05:06.789`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_infinite() {
            return f.write_str(if self.months > 0 { "infinity" } else { "-infinity" });
        }
        let parts = [(self.months / 12, "year"), (self.months % 12, "mon"), (self.days, "day")];
        // A positive number after a negative one has a sign.
        let (mut is_first, mut after_negative) = (true, false);
        for (number, unit) in parts.into_iter().filter(|(number, _)| *number != 0) {
            let space = if is_first { "" } else { " " };
            let sign = if after_negative && number > 0 { "+" } else { "" };
            let plural = if number == 1 { "" } else { "s" };
            write!(f, "{space}{sign}{number} {unit}{plural}")?;
            (is_first, after_negative) = (false, number < 0);
        }
        if self.microseconds == 0 && !is_first {
            return Ok(());
        }
        let rest = self.microseconds.unsigned_abs();
        let (hours, rest) = (rest / HOUR_MICROSECONDS, rest % HOUR_MICROSECONDS);
        let (minutes, rest) = (rest / MINUTE_MICROSECONDS, rest % MINUTE_MICROSECONDS);
        let (seconds, fraction) = (rest / SECOND_MICROSECONDS, rest % SECOND_MICROSECONDS);
        let space = if is_first { "" } else { " " };
        let sign = match self.microseconds {
            ..0 => "-",
            _ if after_negative => "+",
            _ => "",
        };
        write!(f, "{space}{sign}{hours:02}:{minutes:02}:{seconds:02}")?;
        if fraction > 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_shown_as_postgresql_shows_it() {
        for (interval, text) in [
            (Interval::default(), "00:00:00"),
            (Interval::new(0, 1, 0), "1 day"),
            (Interval::new(-11, 0, 0), "-11 mons"),
            (Interval::new(-14, 3, 1), "-1 years -2 mons +3 days 00:00:00.000001"),
            (Interval::new(12, -1, 3_600_000_000), "1 year -1 days +01:00:00"),
            (Interval::new(0, 0, -1_500_000), "-00:00:01.5"),
            (Interval::new(0, 0, i64::MIN), "-2562047788:00:54.775808"),
            (Interval::new(i32::MAX, i32::MAX, i64::MAX), "infinity"),
        ] {
            assert_eq!(interval.to_string(), text);
        }
    }
}
