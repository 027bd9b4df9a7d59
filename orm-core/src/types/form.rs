//! The stored forms of values that a database has no type for.
//!
//! SQLite has numbers, text and bytes. Dates, times, UUIDs, booleans and decimals are stored as one of them, and every
//! tool has its own form. A [`Form`] names such a form. Databases with types for these values ignore it.

#[cfg(feature = "sqlite")]
mod code;
mod moment;
mod number;
mod other;
mod steps;
mod text;

use std::borrow::Cow;
use std::fmt;

pub(crate) use moment::Moment;
pub use number::{Number, Unit};
pub(crate) use other::OtherForm;
pub use text::{Fraction, Offset, Separator, TextForm};

use super::SqlType;
use super::network::Network;
use crate::value::{Date, DateTime, Decimal, Mismatch, Time, Timestamp, Value, ValueRef};

/// The stored form of a column's values, on a database that has no type for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// The form of new tables. Date-times are text in the format of SQLite's own functions, UUIDs are 16 bytes,
    /// booleans are 0 and 1, and decimals are text without trailing zeros.
    #[default]
    Native,
    /// Dates and times as text.
    Text(TextForm),
    /// Date-times as the time since 1970-01-01 00:00:00 UTC (Unix time), in a unit.
    Unix(Unit, Number),
    /// Date-times as the Julian day, a floating-point number that is exact to the millisecond.
    JulianDay,
    /// UUIDs as text.
    Uuid(UuidText),
    /// Booleans as one of two texts.
    Words {
        /// The text for true.
        yes: &'static str,
        /// The text for false.
        no: &'static str,
    },
    /// Decimals as SQLite's numbers: integers, and floating-point numbers of up to 15 digits.
    Numeric,
    /// Decimals as text with a fixed number of digits after the point.
    Fixed(u8),
    /// Decimals as integers of the smallest unit, such as cents: with a number of digits after the decimal point.
    MinorUnits(u8),
    /// Values in several forms, each of which can be recognized without its column.
    ///
    /// SQLite calls a function for each row to compare such values, so no index on the column is used. New values are
    /// written in the form of new tables.
    Mixed,
}

/// The text of a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UuidText {
    /// `550e8400-e29b-41d4-a716-446655440000`
    Hyphenated,
    /// The same in upper case.
    HyphenatedUpper,
    /// `550e8400e29b41d4a716446655440000`
    Simple,
    /// The same in upper case.
    SimpleUpper,
    /// `{550e8400-e29b-41d4-a716-446655440000}`
    Braced,
    /// The same in upper case.
    BracedUpper,
}

impl Form {
    /// Returns the form of a column: the one that its field names, or otherwise the first of its struct's forms for its
    /// type.
    ///
    /// # Panics
    ///
    /// Panics if the field names a form of another type: generated code calls it at compile time.
    #[must_use]
    #[track_caller]
    pub const fn of(sql_type: SqlType, field: Option<Form>, on_struct: &[Form]) -> Form {
        if let Some(form) = field {
            assert!(
                form.is_for(sql_type),
                "`stored` names a form that is not for the field's type; dates, times, UUIDs, booleans, decimals and IP addresses have forms"
            );
            return form;
        }
        let mut at = 0;
        while at < on_struct.len() {
            if on_struct[at].is_for(sql_type) {
                return on_struct[at];
            }
            at += 1;
        }
        Form::Native
    }

    /// Whether values of a type are stored in this form.
    #[must_use]
    pub const fn is_for(self, sql_type: SqlType) -> bool {
        match self {
            Form::Native => true,
            Form::Text(_) => matches!(sql_type, SqlType::DateTime | SqlType::Timestamp | SqlType::Time),
            Form::Unix(..) | Form::JulianDay => matches!(sql_type, SqlType::DateTime | SqlType::Timestamp),
            Form::Uuid(_) => matches!(sql_type, SqlType::Uuid),
            Form::Words { .. } => matches!(sql_type, SqlType::Bool),
            Form::Numeric | Form::Fixed(_) | Form::MinorUnits(_) => matches!(sql_type, SqlType::Decimal),
            Form::Mixed => sql_type.has_forms(),
        }
    }

    /// Whether this is the form of new tables.
    #[must_use]
    pub const fn is_native(self) -> bool {
        matches!(self, Form::Native)
    }

    /// The type of the stored values in a database that has only numbers, text and bytes.
    #[must_use]
    pub(crate) fn storage(self, sql_type: SqlType) -> SqlType {
        match self {
            Form::Native | Form::Mixed => match sql_type {
                SqlType::Date
                | SqlType::Time
                | SqlType::DateTime
                | SqlType::Timestamp
                | SqlType::Decimal
                | SqlType::Inet => SqlType::Text,
                SqlType::Uuid => SqlType::Blob,
                SqlType::Bool => SqlType::Int64,
                other => other,
            },
            Form::Text(_) | Form::Uuid(_) | Form::Words { .. } | Form::Fixed(_) => SqlType::Text,
            Form::Unix(_, Number::Integer) | Form::MinorUnits(_) => SqlType::Int64,
            Form::Unix(_, Number::Real) | Form::JulianDay => SqlType::Real64,
            Form::Numeric => SqlType::Decimal,
        }
    }

    /// A type whose columns are declared so that they keep the stored values.
    #[must_use]
    pub(crate) fn declared_as(self, sql_type: SqlType) -> SqlType {
        match self {
            Form::Native => sql_type,
            Form::Text(_) | Form::Words { .. } => SqlType::Text,
            // A numeric column would convert the text to a number.
            Form::Uuid(_) | Form::Fixed(_) => SqlType::Decimal,
            Form::Unix(_, Number::Integer) | Form::MinorUnits(_) => SqlType::Int64,
            Form::Unix(_, Number::Real) | Form::JulianDay | Form::Numeric => SqlType::Real64,
            Form::Mixed => SqlType::Blob,
        }
    }

    /// Whether stored values are equal exactly if the values are.
    #[must_use]
    pub(crate) fn is_canonical(self) -> bool {
        self != Form::Mixed
    }

    /// Whether stored values are ordered as the values are; for decimals, in the collation of their order.
    #[must_use]
    pub(crate) fn sorts(self) -> bool {
        match self {
            Form::Text(text) => text.sorts(),
            Form::Words { yes, no } => no < yes,
            Form::Mixed => false,
            _ => true,
        }
    }

    /// Converts a stored value, if its type alone does not determine it.
    ///
    /// # Errors
    ///
    /// Returns an error if the stored value is out of the range of the type.
    #[inline]
    pub(crate) fn read(self, value: ValueRef<'_>, sql_type: SqlType) -> Result<ValueRef<'_>, Mismatch> {
        match self {
            Form::Words { yes, no } => Ok(match value {
                ValueRef::Text(word) if word == yes => ValueRef::Bool(true),
                ValueRef::Text(word) if word == no => ValueRef::Bool(false),
                value => value,
            }),
            Form::Unix(..) | Form::JulianDay | Form::MinorUnits(_) => self.read_number(value, sql_type),
            _ => Ok(value),
        }
    }

    #[cold]
    fn read_number(self, value: ValueRef<'_>, sql_type: SqlType) -> Result<ValueRef<'_>, Mismatch> {
        let moment = match (self, value) {
            (Form::MinorUnits(scale), ValueRef::Int(units)) => {
                return Ok(ValueRef::Decimal(Decimal::new(units.into(), scale.into())));
            }
            (Form::Unix(unit, _), ValueRef::Int(count)) => unit.moment(count),
            (Form::Unix(unit, _), ValueRef::Real(count)) => unit.moment_of_real(count),
            (Form::JulianDay, ValueRef::Real(days)) => number::from_julian_day(days),
            #[expect(clippy::cast_precision_loss, reason = "days that are not a date-time are refused in any case")]
            (Form::JulianDay, ValueRef::Int(days)) => number::from_julian_day(days as f64),
            _ => return Ok(value),
        };
        let moment = moment.ok_or(Mismatch::OutOfRange)?;
        Ok(match sql_type {
            SqlType::Timestamp => ValueRef::Timestamp(Timestamp(moment)),
            _ => ValueRef::DateTime(moment),
        })
    }

    /// Returns the stored value of a value; `None` if the driver knows it without the form. Digits that the form cannot
    /// store are truncated from times, towards the past.
    ///
    /// # Errors
    ///
    /// Returns an error if the form cannot store the value.
    pub(crate) fn store(self, value: &Value<'_>) -> Result<Option<Value<'static>>, Mismatch> {
        let text = |text: String| Some(Value::Text(Cow::Owned(text)));
        Ok(match (self, value) {
            (Form::Text(form), Value::DateTime(at)) => text(form.date_time(*at, false)?),
            (Form::Text(form), Value::Timestamp(Timestamp(at))) => text(form.date_time(*at, true)?),
            (Form::Text(form), Value::Time(time)) => text(form.time(*time)),
            (Form::Unix(unit, number), Value::DateTime(at) | Value::Timestamp(Timestamp(at))) => {
                Some(unit.count(*at, number).ok_or(Mismatch::OutOfRange)?)
            }
            (Form::JulianDay, Value::DateTime(at) | Value::Timestamp(Timestamp(at))) => {
                Some(Value::Real(number::julian_day(*at).ok_or(Mismatch::OutOfRange)?))
            }
            (Form::Uuid(form), Value::Uuid(bytes)) => text(form.text(*bytes)),
            (Form::Words { yes, no }, Value::Bool(value)) => {
                Some(Value::Text(Cow::Borrowed(if *value { yes } else { no })))
            }
            (Form::Numeric, Value::Decimal(value)) => Some(number::numeric(*value).ok_or(number::TOO_PRECISE)?),
            (Form::Fixed(scale), Value::Decimal(value)) => text(number::fixed(*value, scale).ok_or(TOO_MANY_DIGITS)?),
            (Form::MinorUnits(scale), Value::Decimal(value)) => {
                Some(Value::Int(number::minor_units(*value, scale).ok_or(TOO_MANY_DIGITS)?))
            }
            _ => None,
        })
    }

    /// Whether a stored value is in this form: whether the form would store the same value.
    pub(crate) fn wrote(self, value: ValueRef<'_>, sql_type: SqlType) -> bool {
        if value == ValueRef::Null {
            return true;
        }
        let Some(meant) = meaning(self, value, sql_type) else { return false };
        if self == Form::Mixed {
            return true;
        }
        let written = self.store(&meant).ok().map(|written| written.unwrap_or_else(|| native(&meant)));
        let Some(written) = written else { return false };
        match (written.as_value_ref(), value) {
            // The column's type determines which of the two kinds of numbers is stored.
            #[expect(clippy::cast_precision_loss, reason = "compared with the number that was read")]
            (ValueRef::Int(written), ValueRef::Real(found)) => (written as f64).to_bits() == found.to_bits(),
            #[expect(clippy::cast_precision_loss, reason = "compared with the number that was read")]
            (ValueRef::Real(written), ValueRef::Int(found)) => written.to_bits() == (found as f64).to_bits(),
            (written, found) => written == found,
        }
    }

    /// Detects the form of some stored values, among the forms of a type; `None` if they have no form in common. Its
    /// text, from `to_string()`, is the argument of `#[model(stored = ..)]`.
    ///
    /// Numbers do not show whether they count seconds or another unit, so the numeric forms of date-times are not
    /// detected.
    ///
    /// ```
    /// use orm::structure::Form;
    /// use orm::{SqlType, Value};
    ///
    /// let stored = ["t", "f", "t"].map(|word| Value::Text(word.into()));
    /// assert_eq!(Form::detect(SqlType::Bool, &stored).unwrap().to_string(), "t_f");
    /// ```
    #[must_use]
    pub fn detect(sql_type: SqlType, values: &[Value<'_>]) -> Option<Form> {
        let all = |form: &Form| values.iter().all(|value| form.wrote(value.as_value_ref(), sql_type));
        candidates(sql_type).find(all)
    }
}

const TOO_MANY_DIGITS: Mismatch =
    Mismatch::Unstorable("the number has more digits after the point than the column stores, or is too large");

/// The value of a stored one in a form; `None` if it is not a value of this form.
pub(crate) fn meaning(form: Form, value: ValueRef<'_>, sql_type: SqlType) -> Option<Value<'static>> {
    use super::ColumnType;
    fn typed<T: ColumnType>(value: ValueRef<'_>) -> Option<Value<'static>> {
        Some(T::decode(value).ok()?.encode().ok()?.into_owned())
    }
    let value = form.read(value, sql_type).ok()?;
    match sql_type {
        SqlType::Bool => typed::<bool>(value),
        SqlType::Uuid => super::uuid_bytes(value).ok().map(Value::Uuid),
        SqlType::Date => typed::<Date>(value),
        SqlType::Time => typed::<Time>(value),
        SqlType::DateTime => typed::<DateTime>(value),
        SqlType::Timestamp => typed::<Timestamp>(value),
        SqlType::Decimal => typed::<Decimal>(value),
        SqlType::Inet => Network::decode(value).ok().map(Network::encode),
        _ => Some(value.to_owned()),
    }
}

/// What a new table stores for a value; the value itself if it cannot be stored, for the driver to refuse.
pub(crate) fn native(value: &Value<'_>) -> Value<'static> {
    let text = |text: Result<String, Mismatch>| text.map(|text| Value::Text(Cow::Owned(text))).ok();
    let stored = match value {
        Value::Bool(value) => Some(Value::Int(i64::from(*value))),
        Value::Uuid(bytes) => Some(Value::Blob(Cow::Owned(bytes.to_vec()))),
        Value::Date(date) => text(date.text()),
        Value::Time(time) => text(Ok(TextForm::SQLITE.time(*time))),
        Value::DateTime(at) | Value::Timestamp(Timestamp(at)) => text(TextForm::SQLITE.date_time(*at, false)),
        Value::Decimal(value) => text(Ok(value.to_string())),
        _ => None,
    };
    stored.unwrap_or_else(|| value.clone().into_owned())
}

/// The forms that are tried for values of a type, the most usual first.
fn candidates(sql_type: SqlType) -> impl Iterator<Item = Form> {
    let mut forms = vec![Form::Native];
    match sql_type {
        SqlType::Bool => forms.extend(
            [("t", "f"), ("true", "false"), ("Y", "N"), ("y", "n"), ("yes", "no"), ("on", "off"), ("T", "F")]
                .map(|(yes, no)| Form::Words { yes, no }),
        ),
        SqlType::Uuid => forms.extend(UuidText::ALL.map(Form::Uuid)),
        SqlType::Time => forms.extend(TextForm::of_times().map(Form::Text)),
        SqlType::DateTime | SqlType::Timestamp => forms.extend(TextForm::all().map(Form::Text)),
        SqlType::Decimal => {
            forms.push(Form::Numeric);
            forms.extend((0..=8).map(Form::Fixed));
        }
        _ => {}
    }
    // Numbers do not show their unit: these forms are never detected, so the user has to name them.
    if sql_type.has_forms() {
        forms.push(Form::Mixed);
    }
    forms.into_iter()
}

impl UuidText {
    const ALL: [UuidText; 6] = [
        UuidText::Hyphenated,
        UuidText::HyphenatedUpper,
        UuidText::Simple,
        UuidText::SimpleUpper,
        UuidText::Braced,
        UuidText::BracedUpper,
    ];

    fn text(self, bytes: [u8; 16]) -> String {
        let simple = format!("{:032x}", u128::from_be_bytes(bytes));
        let hyphenated = || [&simple[..8], &simple[8..12], &simple[12..16], &simple[16..20], &simple[20..]].join("-");
        match self {
            UuidText::Hyphenated => hyphenated(),
            UuidText::HyphenatedUpper => hyphenated().to_ascii_uppercase(),
            UuidText::Simple => simple,
            UuidText::SimpleUpper => simple.to_ascii_uppercase(),
            UuidText::Braced => format!("{{{}}}", hyphenated()),
            UuidText::BracedUpper => format!("{{{}}}", hyphenated().to_ascii_uppercase()),
        }
    }

    /// The bytes of a UUID's text in any of these forms; `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<[u8; 16]> {
        let text = text.strip_prefix('{').map_or(Some(text), |text| text.strip_suffix('}'))?;
        let simple: Cow<'_, str> = match text.len() {
            32 => text.into(),
            36 if [8, 13, 18, 23].iter().all(|&at| text.as_bytes()[at] == b'-') => text.replace('-', "").into(),
            _ => return None,
        };
        let are_digits = simple.len() == 32 && simple.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = are_digits.then(|| u128::from_str_radix(&simple, 16).ok()).flatten()?;
        Some(number.to_be_bytes())
    }
}

impl SqlType {
    /// The name of a type that has several forms, for messages.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            SqlType::Bool => "boolean",
            SqlType::Uuid => "uuid",
            SqlType::Date => "date",
            SqlType::Time => "time of day",
            SqlType::DateTime => "date and time",
            SqlType::Timestamp => "instant",
            SqlType::Decimal => "decimal number",
            SqlType::Inet => "IP address",
            _ => "value",
        }
    }

    /// Whether values of this type have several stored forms in databases without such a type.
    #[must_use]
    pub const fn has_forms(self) -> bool {
        matches!(
            self,
            SqlType::Bool
                | SqlType::Uuid
                | SqlType::Date
                | SqlType::Time
                | SqlType::DateTime
                | SqlType::Timestamp
                | SqlType::Decimal
                | SqlType::Inet
        )
    }
}

/// The keywords of the attribute that names the form.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Native => f.write_str("native"),
            Form::Text(text) => text.fmt(f),
            Form::Unix(unit, number) => {
                f.write_str(match unit {
                    Unit::Seconds => "unix_seconds",
                    Unit::Milliseconds => "unix_milliseconds",
                    Unit::Microseconds => "unix_microseconds",
                })?;
                f.write_str(if *number == Number::Real { "(real)" } else { "" })
            }
            Form::JulianDay => f.write_str("julian_day"),
            Form::Uuid(text) => f.write_str(match text {
                UuidText::Hyphenated => "hyphenated",
                UuidText::HyphenatedUpper => "hyphenated(upper)",
                UuidText::Simple => "simple",
                UuidText::SimpleUpper => "simple(upper)",
                UuidText::Braced => "braced",
                UuidText::BracedUpper => "braced(upper)",
            }),
            Form::Words { yes: "t", no: "f" } => f.write_str("t_f"),
            Form::Words { yes: "true", no: "false" } => f.write_str("true_false"),
            Form::Words { yes: "Y", no: "N" } => f.write_str("y_n"),
            Form::Words { yes, no } => write!(f, "words({yes:?}, {no:?})"),
            Form::Numeric => f.write_str("numeric"),
            Form::Fixed(scale) => write!(f, "fixed({scale})"),
            Form::MinorUnits(scale) => write!(f, "minor_units({scale})"),
            Form::Mixed => f.write_str("mixed"),
        }
    }
}

#[cfg(test)]
mod tests;
