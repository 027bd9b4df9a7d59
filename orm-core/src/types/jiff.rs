//! Dates, times and spans of the crate `jiff`. A `Zoned` also has a time zone, which no column stores.

use jiff::{SignedDuration, Span, civil};

use super::interval::{fixed_microseconds, intervals, of_nanoseconds};
use super::neutral::{calendar, moments, through};
use super::range::range_bounds;
use crate::value::{Date, DateTime, Interval, Mismatch, Time, Timestamp};

through! {
    civil::Date: Date, |date| to_date(*date), from_date;
    civil::Time: Time, |time| to_time(*time), from_time;
    civil::DateTime: DateTime,
        |at| Ok(DateTime::of(to_date(at.date())?, to_time(at.time())?)),
        |at| Some(from_date(at.date())?.to_datetime(from_time(at.time())?));
    jiff::Timestamp: Timestamp, |at| to_instant(*at), from_instant;
}

calendar!(civil::Date);
moments!(civil::DateTime, jiff::Timestamp);
range_bounds!(civil::Date, civil::DateTime, jiff::Timestamp);

intervals! {
    Span, |span| to_interval(*span), |interval| from_interval(interval).ok_or(Mismatch::Refused(NO_SPAN.into()));
    SignedDuration,
        |duration| of_nanoseconds(duration.as_nanos()),
        |interval| fixed_microseconds(interval).map(SignedDuration::from_micros);
}

const NO_SPAN: &str = "found an interval that is not a `jiff::Span`, which has one sign for all units and about \
                       20,000 years; read it as `orm::value::Interval`";

/// A year has 12 months and a week 7 days; hours, minutes and smaller units are microseconds.
fn to_interval(span: Span) -> Result<Interval, Mismatch> {
    let months = i32::from(span.get_years()) * 12 + span.get_months();
    let days = span.get_weeks() * 7 + span.get_days();
    let seconds =
        i128::from(span.get_hours()) * 3_600 + i128::from(span.get_minutes()) * 60 + i128::from(span.get_seconds());
    let microseconds = i128::from(span.get_milliseconds()) * 1_000 + i128::from(span.get_microseconds());
    let nanoseconds = (seconds * 1_000_000 + microseconds) * 1_000 + i128::from(span.get_nanoseconds());
    Ok(Interval::new(months, days, of_nanoseconds(nanoseconds)?.microseconds()))
}

/// A span has one sign for all of its units.
fn from_interval(interval: Interval) -> Option<Span> {
    let span = Span::new().try_months(interval.months()).ok()?.try_days(interval.days()).ok()?;
    let span = span.try_microseconds(interval.microseconds()).ok()?;
    (to_interval(span) == Ok(interval)).then_some(span)
}

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

/// The crate counts nanoseconds down from the second before 1970; here they count up.
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
