//! The numbers that identify forms in the SQL functions for SQLite.

use super::{Form, Number, Unit};

impl Form {
    /// A number that says, in SQL, how stored values are read and how decimals are stored.
    pub(crate) fn code(self) -> i64 {
        match self {
            Form::Unix(Unit::Seconds, _) => 1,
            Form::Unix(Unit::Milliseconds, _) => 2,
            Form::Unix(Unit::Microseconds, _) => 3,
            Form::JulianDay => 4,
            Form::Numeric => 5,
            Form::Fixed(scale) => FIXED + i64::from(scale),
            Form::MinorUnits(scale) => MINOR_UNITS + i64::from(scale),
            Form::Native | Form::Text(_) | Form::Uuid(_) | Form::Words { .. } | Form::Mixed => 0,
        }
    }

    /// The form of a code; the form of new tables for values that can be recognized without it.
    pub(crate) fn of_code(code: i64) -> Self {
        let scale = |from: i64| u8::try_from(code - from).unwrap_or(0);
        match code {
            1 => Form::Unix(Unit::Seconds, Number::Integer),
            2 => Form::Unix(Unit::Milliseconds, Number::Integer),
            3 => Form::Unix(Unit::Microseconds, Number::Integer),
            4 => Form::JulianDay,
            5 => Form::Numeric,
            FIXED..MINOR_UNITS => Form::Fixed(scale(FIXED)),
            MINOR_UNITS.. => Form::MinorUnits(scale(MINOR_UNITS)),
            _ => Form::Native,
        }
    }
}

const FIXED: i64 = 1_000;
const MINOR_UNITS: i64 = 2_000;
