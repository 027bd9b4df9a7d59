//! Functions of dates and date-times.

use crate::value::{DatePart, DateUnit, TimeUnit};

/// A function of a date or a date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// A part, as a number.
    Part(DatePart),
    /// The beginning of the calendar unit that contains it.
    Start(DateUnit),
    /// The beginning of the unit of the day that contains it.
    TimeStart(TimeUnit),
}

impl Calendar {
    /// All of them.
    #[cfg(feature = "sqlite")]
    pub(crate) const ALL: [Calendar; 16] = [
        Calendar::Part(DatePart::Year),
        Calendar::Part(DatePart::Month),
        Calendar::Part(DatePart::Day),
        Calendar::Part(DatePart::Weekday),
        Calendar::Part(DatePart::IsoWeek),
        Calendar::Part(DatePart::Hour),
        Calendar::Part(DatePart::Minute),
        Calendar::Part(DatePart::Second),
        Calendar::Start(DateUnit::Year),
        Calendar::Start(DateUnit::Quarter),
        Calendar::Start(DateUnit::Month),
        Calendar::Start(DateUnit::Week),
        Calendar::Start(DateUnit::Day),
        Calendar::TimeStart(TimeUnit::Hour),
        Calendar::TimeStart(TimeUnit::Minute),
        Calendar::TimeStart(TimeUnit::Second),
    ];

    /// The name of the unit in PostgreSQL.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Calendar::Part(DatePart::Year) | Calendar::Start(DateUnit::Year) => "year",
            Calendar::Start(DateUnit::Quarter) => "quarter",
            Calendar::Part(DatePart::Month) | Calendar::Start(DateUnit::Month) => "month",
            Calendar::Part(DatePart::IsoWeek) | Calendar::Start(DateUnit::Week) => "week",
            Calendar::Part(DatePart::Day) | Calendar::Start(DateUnit::Day) => "day",
            Calendar::Part(DatePart::Weekday) => "isodow",
            Calendar::Part(DatePart::Hour) | Calendar::TimeStart(TimeUnit::Hour) => "hour",
            Calendar::Part(DatePart::Minute) | Calendar::TimeStart(TimeUnit::Minute) => "minute",
            Calendar::Part(DatePart::Second) | Calendar::TimeStart(TimeUnit::Second) => "second",
        }
    }

    /// Whether the result is a number, and not another date or date-time.
    pub(crate) fn is_part(self) -> bool {
        matches!(self, Calendar::Part(_))
    }
}
