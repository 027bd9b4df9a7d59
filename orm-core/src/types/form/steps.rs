//! The precision of a form: which values it can store, and the next lower one that it can.

use super::{Form, number};
use crate::value::{DateTime, Decimal, Time, Timestamp, Value};

impl Form {
    /// The greatest value below one that the form cannot store; `None` if the form can store it.
    pub(crate) fn step_below(self, value: &Value<'_>) -> Option<Value<'static>> {
        match value {
            Value::Time(time) => {
                let part = time.nanoseconds() % self.step();
                (part > 0).then(|| Time::from_nanoseconds(time.nanoseconds() - part).map(Value::Time)).flatten()
            }
            Value::DateTime(at) => below(*at, self.step()).map(Value::DateTime),
            Value::Timestamp(Timestamp(at)) => below(*at, self.step()).map(|at| Value::Timestamp(Timestamp(at))),
            Value::Decimal(value) => self.decimal_below(*value).map(Value::Decimal),
            _ => None,
        }
    }

    /// The smallest step between times that it can store, in nanoseconds.
    fn step(self) -> u64 {
        match self {
            Form::Text(text) => text.step(),
            Form::Unix(unit, _) => unit.step(),
            Form::JulianDay => 1_000_000,
            _ => 1_000,
        }
    }

    fn decimal_below(self, value: Decimal) -> Option<Decimal> {
        match self {
            Form::Fixed(scale) | Form::MinorUnits(scale) => {
                (value.scale() > scale.into()).then(|| value.floor(scale.into()))
            }
            Form::Numeric if number::numeric(value).is_none() => real_below(value),
            _ => None,
        }
    }
}

/// The last step at or before a date-time between two steps; `None` if it is a step.
fn below(at: DateTime, step: u64) -> Option<DateTime> {
    let part = u32::try_from(u64::from(at.nanoseconds()) % step).ok()?;
    if part == 0 { None } else { DateTime::new(at.seconds(), at.nanoseconds() - part) }
}

/// The greatest floating-point number below a decimal, as a decimal.
fn real_below(value: Decimal) -> Option<Decimal> {
    let real: f64 = value.to_string().parse().ok()?;
    let nearest = Decimal::from_f64(real)?;
    if nearest < value { Some(nearest) } else { Decimal::from_f64(real.next_down()) }
}
