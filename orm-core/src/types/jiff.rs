//! Dates and times of the crate `jiff`. A `Zoned` has a time zone besides, which no column holds.

use jiff::civil;

use super::neutral::{moments, through};
use crate::value::{Date, DateTime, Mismatch, Time, Timestamp};

through! {
    civil::Date: Date, |date| to_date(*date), from_date;
    civil::Time: Time, |time| to_time(*time), from_time;
    civil::DateTime: DateTime,
        |at| Ok(DateTime::of(to_date(at.date())?, to_time(at.time())?)),
        |at| Some(from_date(at.date())?.to_datetime(from_time(at.time())?));
    jiff::Timestamp: Timestamp, |at| to_instant(*at), from_instant;
}

moments!(civil::DateTime, jiff::Timestamp);

fn to_date(date: civil::Date) -> Result<Date, Mismatch> {
    let (month, day) = (u8::try_from(date.month()), u8::try_from(date.day()));
    let date = month.ok().zip(day.ok()).and_then(|(month, day)| Date::new(date.year().into(), month, day));
    date.ok_or(Mismatch::OutOfRange)
}

fn from_date(date: Date) -> Option<civil::Date> {
    let (year, month, day) = date.year_month_day();
    civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn to_time(time: civil::Time) -> Result<Time, Mismatch> {
    let since_midnight = time.duration_since(civil::Time::midnight()).as_nanos();
    u64::try_from(since_midnight).ok().and_then(Time::from_nanoseconds).ok_or(Mismatch::OutOfRange)
}

fn from_time(time: Time) -> Option<civil::Time> {
    let (hour, minute, second, nanoseconds) = time.clock();
    let nanoseconds = nanoseconds.try_into().ok()?;
    civil::Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanoseconds).ok()
}

/// The crate counts nanoseconds down from the second before 1970, where we count them up.
fn to_instant(at: jiff::Timestamp) -> Result<Timestamp, Mismatch> {
    let before = i64::from(at.subsec_nanosecond() < 0);
    let nanoseconds = i64::from(at.subsec_nanosecond()) + before * 1_000_000_000;
    let at =
        u32::try_from(nanoseconds).ok().and_then(|nanoseconds| DateTime::new(at.as_second() - before, nanoseconds));
    at.map(Timestamp).ok_or(Mismatch::OutOfRange)
}

fn from_instant(Timestamp(at): Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::new(at.seconds(), at.nanoseconds().try_into().ok()?).ok()
}
