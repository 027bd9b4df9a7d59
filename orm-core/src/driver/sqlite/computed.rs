//! Functions of text and floating-point numbers that SQLite does not have, or has with another meaning.

use std::error::Error;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::rounding::{round_double, round_float};

/// Defines on a connection the functions `orm_length`, `orm_round_double` and `orm_round_float`.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    raw.create_scalar_function(c"orm_length", 1, flags, |arguments| length(arguments.get_raw(0)))?;
    raw.create_scalar_function(c"orm_round_double", 2, flags, |arguments| {
        Ok(number(arguments)?.map(|(number, digits)| round_double(number, digits)))
    })?;
    raw.create_scalar_function(c"orm_round_float", 2, flags, |arguments| {
        #[expect(clippy::cast_possible_truncation, reason = "the column stores a number of 32 bits")]
        Ok(number(arguments)?.map(|(number, digits)| f64::from(round_float(number as f32, digits))))
    })
}

/// The number of characters of a text, including NULs; `NULL` for `NULL`.
fn length(text: ValueRef<'_>) -> rusqlite::Result<Option<i64>> {
    let count = match text {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map_err(|_| failure("a text is not valid UTF-8"))?.chars().count()
        }
        // As text, a number has a character for each digit.
        ValueRef::Integer(value) => value.to_string().len(),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(failure("the length of a value that is not text was requested"));
        }
    };
    i64::try_from(count).map(Some).map_err(|_| failure("a text is too long"))
}

/// The number and the digits to keep; `None` for `NULL`.
fn number(arguments: &Context<'_>) -> rusqlite::Result<Option<(f64, u8)>> {
    let number = match arguments.get_raw(0) {
        ValueRef::Null => return Ok(None),
        ValueRef::Real(value) => value,
        #[expect(
            clippy::cast_precision_loss,
            reason = "a column of any type may hold an integer where a number is meant"
        )]
        ValueRef::Integer(value) => value as f64,
        ValueRef::Text(_) | ValueRef::Blob(_) => return Err(failure("a value to round is not a number")),
    };
    Ok(Some((number, arguments.get(1)?)))
}

fn failure(message: &'static str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::<dyn Error + Send + Sync>::from(message))
}
