//! Column types of the program: dates and decimals, which SQLite stores as text and floating-point numbers, and
//! PostgreSQL as dates and decimals.

use std::fmt;
use std::iter::Sum;
use std::ops::Mul;

use orm::value::Decimal;
use orm::{ColumnType, Mismatch, Required, SqlType, Value, ValueRef};

/// An amount of money, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Price(i64);

impl ColumnType for Price {
    const SQL_TYPE: SqlType = SqlType::Decimal;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let text = match value {
            ValueRef::Decimal(value) => value.to_string(),
            ValueRef::Real(value) => value.to_string(),
            ValueRef::Int(value) => value.to_string(),
            other => return Err(Mismatch::Kind { found: other.kind() }),
        };
        let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
        let price = (cents.len() <= 2).then(|| format!("{whole}{cents:0<2}").parse().ok());
        price.flatten().map(Price).ok_or(Mismatch::Inexact)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Decimal(Decimal::new(self.0.into(), 2)))
    }
}

impl Sum for Price {
    fn sum<I: Iterator<Item = Price>>(prices: I) -> Self {
        Price(prices.map(|price| price.0).sum())
    }
}

impl Mul<i32> for Price {
    type Output = Price;

    fn mul(self, quantity: i32) -> Price {
        Price(self.0 * i64::from(quantity))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

/// A day as `2021-12-31`.
#[derive(Clone, Debug)]
pub(crate) struct Day(pub(crate) String);

impl ColumnType for Day {
    const SQL_TYPE: SqlType = SqlType::DateTime;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::DateTime(value) => value.date().text().map(Day),
            // `2021-12-31 00:00:00`
            ValueRef::Text(text) => Ok(Day(text.split(' ').next().unwrap_or(text).to_owned())),
            other => Err(Mismatch::Kind { found: other.kind() }),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Text(self.0.as_str().into()))
    }
}
