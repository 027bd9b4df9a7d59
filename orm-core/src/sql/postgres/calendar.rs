//! Parts and beginnings of dates and date-times, with PostgreSQL's functions.

use super::super::{Fragment, Held, Writer};
use crate::ast::Calendar;
use crate::types::SqlType;
use crate::value::DatePart;

/// `CAST(EXTRACT(month FROM t0."at" AT TIME ZONE 'UTC') AS integer)`, or `date_trunc('month', t0."at" AT TIME ZONE
/// 'UTC') AT TIME ZONE 'UTC'`, in any time zone of the session.
pub(super) fn calendar(writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
    let (before, between, after) = match calendar {
        // PostgreSQL has no year 0: -1 is before 1. After a shift by whole cycles of the calendar, all years are
        // positive.
        Calendar::Part(DatePart::Year) => {
            ("CAST(EXTRACT(year FROM ", " + interval '10000 years'", ") - 10000 AS integer)")
        }
        // It has a fraction, and a cast would round it.
        Calendar::Part(DatePart::Second) => ("CAST(floor(EXTRACT(second FROM ", "", ")) AS integer)"),
        Calendar::Part(_) => ("CAST(EXTRACT(", "", ") AS integer)"),
        _ if held.sql_type == SqlType::Date => ("CAST(date_trunc('", "", ") AS date)"),
        _ if held.sql_type == SqlType::Timestamp => ("(date_trunc('", "", ") AT TIME ZONE 'UTC')"),
        _ => ("date_trunc('", "", ")"),
    };
    writer.push(before);
    match calendar {
        Calendar::Part(DatePart::Year | DatePart::Second) => {}
        Calendar::Part(_) => {
            writer.push(calendar.word()).push(" FROM ");
        }
        _ => {
            writer.push(calendar.word()).push("', ");
        }
    }
    local(writer, held.sql_type, value);
    writer.push(between).push(after);
}

/// A date or a date-time as a date and time without a time zone. For a date, `date_trunc` would return a date-time in
/// the time zone of the session.
fn local(writer: &mut Writer<'_>, sql_type: SqlType, value: Fragment<'_>) {
    match sql_type {
        SqlType::Timestamp => {
            value(writer);
            writer.push(" AT TIME ZONE 'UTC'");
        }
        SqlType::Date => {
            value(writer.push("CAST("));
            writer.push(" AS timestamp)");
        }
        _ => value(writer),
    }
}
