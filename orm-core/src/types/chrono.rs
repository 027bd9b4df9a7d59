//! Dates, times and durations of the crate `chrono`. Of the types with an offset only `DateTime<Utc>` is supported: no
//! column stores an offset.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};

use super::interval::{fixed_microseconds, intervals, of_nanoseconds};
use super::neutral::{calendar, moments, through};
use super::range::range_bounds;
use crate::value::{Date, DateTime, Mismatch, Time, Timestamp};

through! {
    NaiveDate: Date, |date| to_date(*date), from_date;
    NaiveTime: Time, |time| to_time(*time), from_time;
    NaiveDateTime: DateTime,
        |at| Ok(DateTime::of(to_date(at.date())?, to_time(at.time())?)),
        |at| Some(from_date(at.date())?.and_time(from_time(at.time())?));
    chrono::DateTime<Utc>: Timestamp,
        |at| Ok(Timestamp(DateTime::of(to_date(at.date_naive())?, to_time(at.time())?))),
        |Timestamp(at)| chrono::DateTime::from_timestamp(at.seconds(), at.nanoseconds());
}

calendar!(NaiveDate);
moments!(NaiveDateTime, chrono::DateTime<Utc>);
range_bounds!(NaiveDate, NaiveDateTime, chrono::DateTime<Utc>);

intervals! {
    TimeDelta,
        |delta| of_nanoseconds(i128::from(delta.num_seconds()) * 1_000_000_000 + i128::from(delta.subsec_nanos())),
        |interval| fixed_microseconds(interval).map(TimeDelta::microseconds);
}

fn to_date(date: NaiveDate) -> Result<Date, Mismatch> {
    let (month, day) = (u8::try_from(date.month()), u8::try_from(date.day()));
    let date = month.ok().zip(day.ok()).and_then(|(month, day)| Date::new(date.year().into(), month, day));
    date.ok_or(Mismatch::OutOfRange)
}

fn from_date(date: Date) -> Option<NaiveDate> {
    let (year, month, day) = date.year_month_day();
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month.into(), day.into())
}

/// A leap second has more nanoseconds than a second.
fn to_time(time: NaiveTime) -> Result<Time, Mismatch> {
    let nanoseconds = u64::from(time.nanosecond());
    if nanoseconds >= 1_000_000_000 {
        return Err(Mismatch::Unstorable("a leap second cannot be stored; take the second before or after it"));
    }
    let since_midnight = u64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + nanoseconds;
    Time::from_nanoseconds(since_midnight).ok_or(Mismatch::OutOfRange)
}

fn from_time(time: Time) -> Option<NaiveTime> {
    let (hour, minute, second, nanoseconds) = time.clock();
    NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanoseconds)
}
