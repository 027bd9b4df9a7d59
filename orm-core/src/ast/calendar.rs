//! What is computed from a date or a moment.

use crate::value::{DatePart, DateUnit, TimeUnit};

/// What is computed from a date or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// A part of it, a number.
    Part(DatePart),
    /// The beginning of the unit of the calendar that it lies in.
    Start(DateUnit),
    /// The beginning of the unit of its day that it lies in.
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

    /// The word for it, as PostgreSQL has it.
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

    /// Whether it is a number, and not another date or moment.
    pub(crate) fn is_part(self) -> bool {
        matches!(self, Calendar::Part(_))
    }
}
