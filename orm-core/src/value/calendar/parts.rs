//! Parts of dates and date-times, and the beginnings of years, months and other units.

use super::{Date, DateTime};

/// A unit of the calendar, to which a date or a date-time is truncated.
///
/// ```
/// use orm::{DateUnit, Db, Model};
/// use orm::value::Timestamp;
///
/// #[derive(Model)]
/// struct Order {
///     id: i64,
///     placed_at: Timestamp,
///     total: i64,
/// }
///
/// # fn main() -> orm::Result<()> {
/// # let db = Db::memory()?;
/// # db.create_tables::<Order>()?;
/// let month = || Order::placed_at().truncate_to(DateUnit::Month);
/// let sales: Vec<(Timestamp, Option<i64>)> =
///     Order::query().group_by(month()).select((month(), Order::total().sum())).all(&db)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateUnit {
    /// The year.
    Year,
    /// The quarter, which begins in January, April, July or October.
    Quarter,
    /// The month.
    Month,
    /// The week, which begins on Monday.
    Week,
    /// The day.
    Day,
}

/// A unit of the day, to which a date-time is truncated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
}

/// A part of a date or of a date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePart {
    /// The year; 0 is the year before 1.
    Year,
    /// The month, from 1.
    Month,
    /// The day of the month, from 1.
    Day,
    /// The day of the week, from 1 for Monday to 7 for Sunday.
    Weekday,
    /// The week of ISO 8601, from 1 to 53.
    IsoWeek,
    /// The hour, from 0 to 23.
    Hour,
    /// The minute.
    Minute,
    /// The second, without its fraction.
    Second,
}

impl DateUnit {
    /// Returns the first date of the unit that contains a date; `None` if it is out of the range of [`Date`].
    #[must_use]
    pub fn start(self, date: Date) -> Option<Date> {
        let (year, month, _) = date.year_month_day();
        match self {
            DateUnit::Year => Date::new(year, 1, 1),
            DateUnit::Quarter => Date::new(year, month - (month - 1) % 3, 1),
            DateUnit::Month => Date::new(year, month, 1),
            DateUnit::Week => date.days().checked_sub(weekday(date) - 1).map(Date::from_days),
            DateUnit::Day => Some(date),
        }
    }
}

impl TimeUnit {
    /// Returns the beginning of the unit that contains a date-time.
    #[must_use]
    pub fn start(self, at: DateTime) -> DateTime {
        let unit = match self {
            TimeUnit::Hour => 3_600,
            TimeUnit::Minute => 60,
            TimeUnit::Second => 1,
        };
        DateTime { seconds: at.seconds - at.seconds.rem_euclid(unit), nanoseconds: 0 }
    }
}

#[cfg(feature = "sqlite")]
impl DatePart {
    /// The part of a date-time.
    pub(crate) fn of(self, at: DateTime) -> i64 {
        let date = at.date();
        let (year, month, day) = date.year_month_day();
        let second = at.seconds.rem_euclid(super::DAY_SECONDS);
        match self {
            DatePart::Year => year,
            DatePart::Month => month.into(),
            DatePart::Day => day.into(),
            DatePart::Weekday => weekday(date).into(),
            DatePart::IsoWeek => iso_week(date),
            DatePart::Hour => second / 3_600,
            DatePart::Minute => second / 60 % 60,
            DatePart::Second => second % 60,
        }
    }
}

/// 1970-01-01 was a Thursday.
fn weekday(date: Date) -> i32 {
    (date.days().rem_euclid(7) + 3) % 7 + 1
}

/// A week belongs to the year of its Thursday.
#[cfg(feature = "sqlite")]
fn iso_week(date: Date) -> i64 {
    let thursday = date.days().saturating_add(4 - weekday(date));
    let (year, ..) = Date::from_days(thursday).year_month_day();
    let first = Date::new(year, 1, 1).map_or(thursday, Date::days);
    i64::from((thursday - first) / 7 + 1)
}
