//! Dates, times and durations of the crate `time`.

use time::{Month, OffsetDateTime, PrimitiveDateTime, UtcDateTime};

use super::interval::{fixed_microseconds, intervals, of_nanoseconds};
use super::neutral::{calendar, moments, through};
use super::range::range_bounds;
use crate::value::{Date, DateTime, Mismatch, Time, Timestamp};

through! {
    time::Date: Date, |date| to_date(*date), from_date;
    time::Time: Time, |time| to_time(*time), from_time;
    PrimitiveDateTime: DateTime, |at| to_date_time(at.date(), at.time()), from_date_time;
    UtcDateTime: Timestamp,
        |at| to_date_time(at.date(), at.time()).map(Timestamp),
        |Timestamp(at)| from_date_time(at).map(PrimitiveDateTime::as_utc);
    OffsetDateTime: Timestamp,
        |at| in_utc(*at),
        |Timestamp(at)| from_date_time(at).map(PrimitiveDateTime::assume_utc);
}

calendar!(time::Date);
moments!(PrimitiveDateTime, UtcDateTime, OffsetDateTime);
range_bounds!(time::Date, PrimitiveDateTime, UtcDateTime, OffsetDateTime);

intervals! {
    time::Duration,
        |duration| of_nanoseconds(duration.whole_nanoseconds()),
        |interval| fixed_microseconds(interval).map(time::Duration::microseconds);
}

fn to_date(date: time::Date) -> Result<Date, Mismatch> {
    Date::new(date.year().into(), date.month().into(), date.day()).ok_or(Mismatch::OutOfRange)
}

fn from_date(date: Date) -> Option<time::Date> {
    let (year, month, day) = date.year_month_day();
    time::Date::from_calendar_date(year.try_into().ok()?, Month::try_from(month).ok()?, day).ok()
}

fn to_time(time: time::Time) -> Result<Time, Mismatch> {
    Time::new(time.hour(), time.minute(), time.second(), time.nanosecond()).ok_or(Mismatch::OutOfRange)
}

fn from_time(time: Time) -> Option<time::Time> {
    let (hour, minute, second, nanoseconds) = time.clock();
    time::Time::from_hms_nano(hour, minute, second, nanoseconds).ok()
}

fn to_date_time(date: time::Date, time: time::Time) -> Result<DateTime, Mismatch> {
    Ok(DateTime::of(to_date(date)?, to_time(time)?))
}

fn from_date_time(at: DateTime) -> Option<PrimitiveDateTime> {
    Some(PrimitiveDateTime::new(from_date(at.date())?, from_time(at.time())?))
}

/// The instant is stored; an offset would be lost silently.
fn in_utc(at: OffsetDateTime) -> Result<Timestamp, Mismatch> {
    if !at.offset().is_utc() {
        return Err(Mismatch::Unstorable("the offset would be lost; store `.to_offset(UtcOffset::UTC)`"));
    }
    to_date_time(at.date(), at.time()).map(Timestamp)
}
