//! Functions for parts and beginnings of dates and date-times.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value as Owned;

use super::forms::{failure, form, owned, unreadable, value};
use crate::ast::Calendar;
use crate::types::{SqlType, meaning, native};
use crate::value::{DateTime, DateUnit, Time, Timestamp, Value, ValueRef};

/// Defines `orm_date_part`, `orm_date_time_part` and `orm_instant_part`, and the same with `start`, which take a
/// keyword, a stored value and the code of its form.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    let functions = [
        (c"orm_date_part", SqlType::Date, true),
        (c"orm_date_time_part", SqlType::DateTime, true),
        (c"orm_instant_part", SqlType::Timestamp, true),
        (c"orm_date_start", SqlType::Date, false),
        (c"orm_date_time_start", SqlType::DateTime, false),
        (c"orm_instant_start", SqlType::Timestamp, false),
    ];
    for (name, sql_type, is_part) in functions {
        raw.create_scalar_function(name, 3, flags, move |arguments| compute(arguments, sql_type, is_part))?;
    }
    Ok(())
}

fn compute(arguments: &Context<'_>, sql_type: SqlType, is_part: bool) -> rusqlite::Result<Owned> {
    let (value, form) = (value(arguments, 1)?, form(arguments, 2)?);
    if value == ValueRef::Null {
        return Ok(Owned::Null);
    }
    let word = arguments.get_raw(0).as_str()?;
    let mut all = Calendar::ALL.into_iter().filter(|calendar| calendar.is_part() == is_part);
    let calendar = all.find(|calendar| calendar.word() == word);
    let calendar = calendar.ok_or_else(|| failure("a date has no such part".to_owned()))?;
    let meant = meaning(form, value, sql_type).ok_or_else(|| unreadable(sql_type))?;
    let at = moment(&meant).ok_or_else(|| unreadable(sql_type))?;
    let start = match calendar {
        Calendar::Part(part) => return Ok(Owned::Integer(part.of(at))),
        Calendar::Start(unit) => start(unit, at).ok_or_else(|| failure(BEYOND.to_owned()))?,
        Calendar::TimeStart(unit) => unit.start(at),
    };
    let start = match meant {
        Value::Date(_) => Value::Date(start.date()),
        Value::DateTime(_) => Value::DateTime(start),
        _ => Value::Timestamp(Timestamp(start)),
    };
    match native(&start) {
        text @ Value::Text(_) => owned(text),
        _ => Err(failure(BEYOND.to_owned())),
    }
}

const BEYOND: &str = "the beginning of the week is before the year 0";

fn start(unit: DateUnit, at: DateTime) -> Option<DateTime> {
    Some(DateTime::of(unit.start(at.date())?, Time::MIDNIGHT))
}

fn moment(value: &Value<'_>) -> Option<DateTime> {
    match value {
        Value::Date(date) => Some(DateTime::of(*date, Time::MIDNIGHT)),
        Value::DateTime(at) | Value::Timestamp(Timestamp(at)) => Some(*at),
        _ => None,
    }
}
