//! Dates and times of the proleptic Gregorian calendar, and their text.
//!
//! The text is in the format of SQLite's own functions, with the fraction of a second if there is one, without trailing
//! zeros. So texts are equal exactly if the values are, and sort in the same order.

mod parts;

use std::time::{SystemTime, UNIX_EPOCH};

use super::Mismatch;

pub(crate) use parts::DatePart;
pub use parts::{DateUnit, TimeUnit};

const DAY_SECONDS: i64 = 86_400;
const SECOND_NANOSECONDS: u64 = 1_000_000_000;
const MICROSECOND_NANOSECONDS: u64 = 1_000;
const DAY_NANOSECONDS: u64 = 86_400 * SECOND_NANOSECONDS;

/// A calendar date, as days since 1970-01-01.
///
/// As text, `2024-02-29`, it can be stored for the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A time of day, as nanoseconds since midnight: at least 0, and less than 24 hours.
///
/// Its text is `12:34:56`, or `12:34:56.789`. Databases store microseconds and truncate finer fractions; comparisons
/// are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A date and a time of day without a time zone, as seconds since 1970-01-01 00:00:00 and nanoseconds.
///
/// Its text is `2024-02-29 12:34:56`, or `2024-02-29 12:34:56.789`. Databases store microseconds and truncate finer
/// fractions; comparisons are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    seconds: i64,
    nanoseconds: u32,
}

/// An instant, as its date and time in UTC.
///
/// Its text is its date and time in UTC: `2024-02-29 12:34:56`. Databases store microseconds and truncate finer
/// fractions; comparisons are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub DateTime);

impl Date {
    /// Returns the date `days` days after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Date(days)
    }

    /// Returns the date of a year, a month from 1 to 12 and a day from 1; `None` if there is no such date.
    #[must_use]
    pub fn new(year: i64, month: u8, day: u8) -> Option<Self> {
        // Years begin in March here, so the leap day is a year's last.
        let (month, day) = (i64::from(month), i64::from(day));
        let shifted = year.checked_sub(i64::from(month <= 2))?;
        let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era.checked_mul(146_097)?.checked_add(day_of_era - 719_468)?;
        let date = Date(i32::try_from(days).ok()?);
        let (same_year, same_month, same_day) = date.year_month_day();
        ((same_year, i64::from(same_month), i64::from(same_day)) == (year, month, day)).then_some(date)
    }

    /// Returns the number of days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Returns the year, the month from 1 to 12, and the day from 1.
    #[must_use]
    pub fn year_month_day(self) -> (i64, u8, u8) {
        let days = i64::from(self.0) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 12, and 1 to 31")]
        (year, month as u8, day as u8)
    }

    /// Returns the text.
    ///
    /// # Errors
    ///
    /// Returns an error if the year does not have four digits.
    pub fn text(self) -> Result<String, Mismatch> {
        let (year, month, day) = self.year_month_day();
        if !(0..=9999).contains(&year) {
            return Err(Mismatch::Unstorable("dates are stored as text here, which only has the years 0 to 9999"));
        }
        Ok(format!("{year:04}-{month:02}-{day:02}"))
    }

    /// Parses a date; `None` if the text has another form or is not a date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [year, month, day] = fields(text, "0000-00-00")?;
        Date::new(i64::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl Time {
    /// 00:00:00.
    pub(crate) const MIDNIGHT: Time = Time(0);

    /// Returns the time `nanoseconds` nanoseconds after midnight; `None` from 24 hours on.
    #[must_use]
    pub fn from_nanoseconds(nanoseconds: u64) -> Option<Self> {
        (nanoseconds < DAY_NANOSECONDS).then_some(Time(nanoseconds))
    }

    /// Returns the time of an hour below 24, a minute and a second below 60, and nanoseconds below a second; `None` if
    /// one is out of range.
    #[must_use]
    pub fn new(hour: u8, minute: u8, second: u8, nanoseconds: u32) -> Option<Self> {
        let is_time = hour < 24 && minute < 60 && second < 60 && u64::from(nanoseconds) < SECOND_NANOSECONDS;
        let seconds = u64::from(hour) * 3600 + u64::from(minute) * 60 + u64::from(second);
        is_time.then_some(Time(seconds * SECOND_NANOSECONDS + u64::from(nanoseconds)))
    }

    /// Returns the nanoseconds since midnight.
    #[must_use]
    pub const fn nanoseconds(self) -> u64 {
        self.0
    }

    /// Returns the hour, the minute, the second, and the nanoseconds after it.
    #[must_use]
    pub fn clock(self) -> (u8, u8, u8, u32) {
        let seconds = self.0 / SECOND_NANOSECONDS;
        #[expect(clippy::cast_possible_truncation, reason = "less than 24, 60 and 60")]
        let (hour, minute, second) = ((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8);
        (hour, minute, second, (self.0 % SECOND_NANOSECONDS) as u32)
    }

    /// Returns the text.
    #[must_use]
    pub fn text(self) -> String {
        let (hour, minute, second, nanoseconds) = self.clock();
        let mut text = format!("{hour:02}:{minute:02}:{second:02}");
        if nanoseconds > 0 {
            text.push_str(format!(".{nanoseconds:09}").trim_end_matches('0'));
        }
        text
    }

    /// Parses a time, `12:34`, `12:34:56` or with a fraction of up to nine digits; `None` if the text has another form
    /// or is not a time of day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
        let [hour, minute, second] = match (clock.len(), fraction) {
            (5, None) => fields(clock, "00:00").map(|[hour, minute]| [hour, minute, 0])?,
            _ => fields(clock, "00:00:00")?,
        };
        let [hour, minute, second] = [hour, minute, second].map(u8::try_from);
        Time::new(hour.ok()?, minute.ok()?, second.ok()?, fraction.map_or(Some(0), nanoseconds_of)?)
    }

    /// Truncates the time to microseconds, the precision of databases.
    #[must_use]
    pub fn to_microseconds(self) -> Self {
        Time(self.0 - self.0 % MICROSECOND_NANOSECONDS)
    }
}

/// The nanoseconds of the digits after a decimal point.
fn nanoseconds_of(digits: &str) -> Option<u32> {
    let are_digits = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let missing = u32::try_from(9_usize.checked_sub(digits.len())?).ok()?;
    are_digits.then(|| digits.parse::<u32>().ok()).flatten()?.checked_mul(10_u32.pow(missing))
}

impl DateTime {
    /// Returns the date-time `seconds` seconds after 1970-01-01 00:00:00, which may be negative, and `nanoseconds`
    /// nanoseconds after that; `None` if the nanoseconds are a second or more, or the date is out of the range of
    /// [`Date`].
    #[must_use]
    pub fn new(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let is_second = u64::from(nanoseconds) >= SECOND_NANOSECONDS;
        let is_date = i32::try_from(seconds.div_euclid(DAY_SECONDS)).is_ok();
        (is_date && !is_second).then_some(DateTime { seconds, nanoseconds })
    }

    /// Combines a date and a time.
    #[must_use]
    pub fn of(date: Date, time: Time) -> Self {
        #[expect(clippy::cast_possible_wrap, reason = "less than a day")]
        let seconds = (time.0 / SECOND_NANOSECONDS) as i64;
        let nanoseconds = (time.0 % SECOND_NANOSECONDS) as u32;
        DateTime { seconds: i64::from(date.0) * DAY_SECONDS + seconds, nanoseconds }
    }

    /// Returns the seconds since 1970-01-01 00:00:00.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Returns the nanoseconds after the second.
    #[must_use]
    pub const fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// Returns the date.
    #[must_use]
    pub fn date(self) -> Date {
        #[expect(clippy::cast_possible_truncation, reason = "`new` checked it")]
        Date(self.seconds.div_euclid(DAY_SECONDS) as i32)
    }

    /// Returns the time of day.
    #[must_use]
    pub fn time(self) -> Time {
        let seconds = self.seconds.rem_euclid(DAY_SECONDS) as u64;
        Time(seconds * SECOND_NANOSECONDS + u64::from(self.nanoseconds))
    }

    /// Returns the text.
    ///
    /// # Errors
    ///
    /// Returns an error if the year does not have four digits.
    pub fn text(self) -> Result<String, Mismatch> {
        let mut text = self.date().text()?;
        text.push(' ');
        text.push_str(&self.time().text());
        Ok(text)
    }

    /// Truncates the date and time to microseconds, the precision of databases.
    #[must_use]
    pub fn to_microseconds(self) -> Self {
        let nanoseconds = self.nanoseconds - self.nanoseconds % 1_000;
        DateTime { nanoseconds, ..self }
    }
}

impl Timestamp {
    /// Returns the current time of the system's clock, truncated to microseconds. A clock that is set before 1970
    /// returns the beginning of 1970.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Timestamp(DateTime { seconds, nanoseconds: since.subsec_nanos() }.to_microseconds())
    }

    /// Returns the text of its date and time in UTC.
    ///
    /// # Errors
    ///
    /// Returns an error if the year does not have four digits.
    pub fn text(self) -> Result<String, Mismatch> {
        self.0.text()
    }
}

/// The numbers in a text that has digits where the form has zeros, and otherwise equals the form.
fn fields<const N: usize>(text: &str, form: &str) -> Option<[u32; N]> {
    if text.len() != form.len() {
        return None;
    }
    let mut numbers = [0_u32; N];
    let mut at = 0;
    for (byte, expected) in text.bytes().zip(form.bytes()) {
        match (byte, expected) {
            (b'0'..=b'9', b'0') => {
                let number = numbers.get_mut(at)?;
                *number = *number * 10 + u32::from(byte - b'0');
            }
            (byte, expected) if byte == expected && expected != b'0' => at += 1,
            _ => return None,
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests;
