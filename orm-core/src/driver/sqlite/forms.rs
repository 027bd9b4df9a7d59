//! Functions that convert stored values to the form of new tables, and back: for values that are compared or computed
//! in another form than the stored one.

use std::error::Error;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Owned, ValueRef as Borrowed};

use crate::types::{Form, SqlType, meaning, native};
use crate::value::{Value, ValueRef};

/// Defines `orm_bool`, `orm_uuid`, `orm_date`, `orm_time`, `orm_date_time`, `orm_instant`, `orm_decimal` and
/// `orm_inet`, which take a stored value and the code of its form; and `orm_stored_bool` etc., which take a value in
/// the form of new tables and the code of the resulting form.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    let types = [
        (c"orm_bool", c"orm_stored_bool", SqlType::Bool),
        (c"orm_uuid", c"orm_stored_uuid", SqlType::Uuid),
        (c"orm_date", c"orm_stored_date", SqlType::Date),
        (c"orm_time", c"orm_stored_time", SqlType::Time),
        (c"orm_date_time", c"orm_stored_date_time", SqlType::DateTime),
        (c"orm_instant", c"orm_stored_instant", SqlType::Timestamp),
        (c"orm_decimal", c"orm_stored_decimal", SqlType::Decimal),
        (c"orm_inet", c"orm_stored_inet", SqlType::Inet),
    ];
    for (native_name, stored_name, sql_type) in types {
        raw.create_scalar_function(native_name, 2, flags, move |arguments| in_native_form(arguments, sql_type))?;
        raw.create_scalar_function(stored_name, 2, flags, move |arguments| as_stored(arguments, sql_type))?;
    }
    Ok(())
}

fn in_native_form(arguments: &Context<'_>, sql_type: SqlType) -> rusqlite::Result<Owned> {
    let (value, form) = (value(arguments, 0)?, form(arguments, 1)?);
    if value == ValueRef::Null {
        return Ok(Owned::Null);
    }
    let meant = meaning(form, value, sql_type).ok_or_else(|| unreadable(sql_type))?;
    owned(native(&meant))
}

fn as_stored(arguments: &Context<'_>, sql_type: SqlType) -> rusqlite::Result<Owned> {
    let (value, form) = (value(arguments, 0)?, form(arguments, 1)?);
    if value == ValueRef::Null {
        return Ok(Owned::Null);
    }
    let meant = meaning(Form::Native, value, sql_type).ok_or_else(|| unreadable(sql_type))?;
    let stored = form.store(&meant).map_err(|mismatch| failure(mismatch.to_string()))?;
    owned(stored.unwrap_or_else(|| native(&meant)))
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

/// The form whose code is at a position.
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
    failure(format!("a stored value is not a {} in any known form", sql_type.describe()))
}

pub(super) fn failure(message: String) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::<dyn Error + Send + Sync>::from(message))
}
