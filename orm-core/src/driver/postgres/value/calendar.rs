//! Dates and times in the database's units: days and microseconds since the year 2000.

use crate::value::{Date, DateTime, Mismatch, Time};

/// Days from 1970-01-01 to 2000-01-01.
const EPOCH_DAYS: i32 = 10_957;
const EPOCH_SECONDS: i64 = EPOCH_DAYS as i64 * 86_400;
const MICROSECONDS: i64 = 1_000_000;

const INFINITE: Mismatch = Mismatch::Unstorable("the database holds `infinity`, which is not a date or time");
pub(super) fn days(date: Date) -> Result<i32, Mismatch> {
    match date.days().checked_sub(EPOCH_DAYS) {
        // The minimum and the maximum mean infinity.
        Some(days) if days != i32::MIN && days != i32::MAX => Ok(days),
        _ => Err(Mismatch::OutOfRange),
    }
}

pub(super) fn date(days: i32) -> Result<Date, Mismatch> {
    if days == i32::MIN || days == i32::MAX {
        return Err(INFINITE);
    }
    days.checked_add(EPOCH_DAYS).map(Date::from_days).ok_or(Mismatch::OutOfRange)
}

/// Microseconds since midnight, truncated, as on every database.
pub(super) fn time_of_day(time: Time) -> Result<i64, Mismatch> {
    i64::try_from(time.nanoseconds() / 1_000).map_err(|_| Mismatch::OutOfRange)
}

/// The database also has 24:00, which is refused.
pub(super) fn time(microseconds: i64) -> Result<Time, Mismatch> {
    let nanoseconds = u64::try_from(microseconds).ok().and_then(|microseconds| microseconds.checked_mul(1_000));
    nanoseconds.and_then(Time::from_nanoseconds).ok_or(Mismatch::OutOfRange)
}

/// Microseconds since 2000-01-01 00:00:00, truncated, as on every database.
pub(super) fn microseconds(at: DateTime) -> Result<i64, Mismatch> {
    let seconds = at.seconds().checked_sub(EPOCH_SECONDS).and_then(|seconds| seconds.checked_mul(MICROSECONDS));
    match seconds.and_then(|microseconds| microseconds.checked_add(i64::from(at.nanoseconds() / 1_000))) {
        // The minimum and the maximum mean infinity.
        Some(microseconds) if microseconds != i64::MIN && microseconds != i64::MAX => Ok(microseconds),
        _ => Err(Mismatch::OutOfRange),
    }
}

pub(super) fn date_time(microseconds: i64) -> Result<DateTime, Mismatch> {
    if microseconds == i64::MIN || microseconds == i64::MAX {
        return Err(INFINITE);
    }
    let seconds = microseconds.div_euclid(MICROSECONDS).checked_add(EPOCH_SECONDS);
    let nanoseconds = u32::try_from(microseconds.rem_euclid(MICROSECONDS) * 1_000);
    let (Some(seconds), Ok(nanoseconds)) = (seconds, nanoseconds) else { return Err(Mismatch::OutOfRange) };
    DateTime::new(seconds, nanoseconds).ok_or(Mismatch::OutOfRange)
}
