//! Parts and beginnings of dates and date-times. Functions of this library compute them: SQLite's own round a fraction
//! of a second to milliseconds, so the end of a year would be in the next, and treat a text that is not a date as
//! `NULL`.

use super::super::{Fragment, Held, Writer};
use crate::ast::Calendar;
use crate::types::SqlType;

/// `orm_instant_part('month', t0."at", 0)` or `orm_instant_start('month', t0."at", 0)`
pub(super) fn calendar(writer: &mut Writer<'_>, calendar: Calendar, held: Held, value: Fragment<'_>) {
    let kind = match held.sql_type {
        SqlType::Date => "date",
        SqlType::DateTime => "date_time",
        _ => "instant",
    };
    let computed = if calendar.is_part() { "part" } else { "start" };
    value(writer.push(&format!("orm_{kind}_{computed}('{}', ", calendar.word())));
    writer.push(&format!(", {})", held.form.code()));
}
