//! Decimal numbers, which SQLite does not have: their order, sums and arithmetic, on their texts.

use std::error::Error;

use rusqlite::functions::{Aggregate, Context, FunctionFlags};

use crate::value::Decimal;

/// Returns `None` if the result has too many digits.
type Operation = fn(Decimal, Decimal) -> Option<Decimal>;

/// Defines on a connection the collation `orm_decimal` and the functions `orm_sum`, `orm_add`, `orm_subtract`, `orm_multiply`,
/// `orm_abs` and `orm_round_decimal`.
pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    raw.create_collation(c"orm_decimal", Decimal::compare_texts)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    raw.create_aggregate_function(c"orm_sum", 1, flags, Sum)?;
    let operations: [(_, Operation); 3] = [
        (c"orm_add", Decimal::checked_add),
        (c"orm_subtract", Decimal::checked_sub),
        (c"orm_multiply", Decimal::checked_mul),
    ];
    for (name, operation) in operations {
        raw.create_scalar_function(name, 2, flags, move |arguments| compute(arguments, operation))?;
    }
    raw.create_scalar_function(c"orm_abs", 1, flags, |arguments| {
        let absolute = |number: Decimal| number.checked_abs().ok_or_else(too_long);
        Ok(number(arguments, 0)?.map(absolute).transpose()?.map(|absolute| absolute.to_string()))
    })?;
    raw.create_scalar_function(c"orm_round_decimal", 2, flags, |arguments| {
        let digits = arguments.get(1)?;
        Ok(number(arguments, 0)?.map(|number| number.round(digits).to_string()))
    })
}

/// Returns `NULL` if one of the numbers is `NULL`.
fn compute(arguments: &Context<'_>, operation: Operation) -> rusqlite::Result<Option<String>> {
    let (Some(left), Some(right)) = (number(arguments, 0)?, number(arguments, 1)?) else { return Ok(None) };
    let result = operation(left, right).ok_or_else(too_long)?;
    Ok(Some(result.to_string()))
}

struct Sum;

impl Aggregate<Option<Decimal>, Option<String>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<Decimal>> {
        Ok(None)
    }

    fn step(&self, arguments: &mut Context<'_>, sum: &mut Option<Decimal>) -> rusqlite::Result<()> {
        if let Some(number) = number(arguments, 0)? {
            let so_far = sum.unwrap_or(Decimal::ZERO);
            *sum = Some(so_far.checked_add(number).ok_or_else(too_long)?);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Option<Decimal>>) -> rusqlite::Result<Option<String>> {
        Ok(sum.flatten().map(|sum| sum.to_string()))
    }
}

/// An argument; `None` for `NULL`.
fn number(arguments: &Context<'_>, position: usize) -> rusqlite::Result<Option<Decimal>> {
    use rusqlite::types::ValueRef;

    let value = match arguments.get_raw(position) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(value) => Some(Decimal::new(value.into(), 0)),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().and_then(Decimal::parse),
        ValueRef::Real(_) | ValueRef::Blob(_) => None,
    };
    value.map(Some).ok_or_else(|| failure("a stored value is not a decimal number such as `-1.5`"))
}

fn too_long() -> rusqlite::Error {
    failure("the result is a decimal number of more than 38 digits")
}

fn failure(message: &'static str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::<dyn Error + Send + Sync>::from(message))
}
