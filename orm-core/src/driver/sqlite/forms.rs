//! Functions that give stored values the form of new tables, and back: for values that are compared or computed with in
//! another form than the one in which they are stored.

use std::error::Error;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Owned, ValueRef as Borrowed};

use crate::types::{Form, SqlType, meaning, native};
use crate::value::{Value, ValueRef};

/// Defines `orm_bool`, `orm_uuid`, `orm_date`, `orm_time`, `orm_date_time`, `orm_instant`, `orm_decimal` and `orm_inet`, which take
/// a stored value and the code of its form, and `orm_stored`, which takes a decimal and the code of the form to give it.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    let readers = [
        (c"orm_bool", SqlType::Bool),
        (c"orm_uuid", SqlType::Uuid),
        (c"orm_date", SqlType::Date),
        (c"orm_time", SqlType::Time),
        (c"orm_date_time", SqlType::DateTime),
        (c"orm_instant", SqlType::Timestamp),
        (c"orm_decimal", SqlType::Decimal),
        (c"orm_inet", SqlType::Inet),
    ];
    for (name, sql_type) in readers {
        raw.create_scalar_function(name, 2, flags, move |arguments| {
            let (value, form) = (value(arguments, 0)?, form(arguments, 1)?);
            if value == ValueRef::Null {
                return Ok(Owned::Null);
            }
            let meant = meaning(form, value, sql_type).ok_or_else(|| unreadable(sql_type))?;
            owned(native(&meant))
        })?;
    }
    raw.create_scalar_function(c"orm_stored", 2, flags, |arguments| {
        let (value, form) = (value(arguments, 0)?, form(arguments, 1)?);
        if value == ValueRef::Null {
            return Ok(Owned::Null);
        }
        let meant = meaning(Form::Native, value, SqlType::Decimal).ok_or_else(|| unreadable(SqlType::Decimal))?;
        let stored = form.store(&meant).map_err(|mismatch| failure(mismatch.to_string()))?;
        owned(stored.unwrap_or_else(|| native(&meant)))
    })
}

/// The stored value at a position.
pub(super) fn value<'a>(arguments: &'a Context<'_>, position: usize) -> rusqlite::Result<ValueRef<'a>> {
    Ok(match arguments.get_raw(position) {
        Borrowed::Null => ValueRef::Null,
        Borrowed::Integer(value) => ValueRef::Int(value),
        Borrowed::Real(value) => ValueRef::Real(value),
        Borrowed::Text(text) => {
            ValueRef::Text(std::str::from_utf8(text).map_err(|_| failure("a text is not valid UTF-8".to_owned()))?)
        }
        Borrowed::Blob(bytes) => ValueRef::Blob(bytes),
    })
}

/// The form whose code stands at a position.
pub(super) fn form(arguments: &Context<'_>, position: usize) -> rusqlite::Result<Form> {
    Ok(Form::of_code(arguments.get(position)?))
}

pub(super) fn owned(value: Value<'static>) -> rusqlite::Result<Owned> {
    match value {
        Value::Null => Ok(Owned::Null),
        Value::Int(value) => Ok(Owned::Integer(value)),
        Value::Real(value) => Ok(Owned::Real(value)),
        Value::Text(text) => Ok(Owned::Text(text.into_owned())),
        Value::Blob(bytes) => Ok(Owned::Blob(bytes.into_owned())),
        _ => Err(failure("a value cannot be stored".to_owned())),
    }
}

pub(super) fn unreadable(sql_type: SqlType) -> rusqlite::Error {
    failure(format!("a stored value is no {} in any form that tells what it means", sql_type.describe()))
}

pub(super) fn failure(message: String) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::<dyn Error + Send + Sync>::from(message))
}
