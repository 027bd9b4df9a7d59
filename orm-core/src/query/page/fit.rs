//! Which values a cursor can contain: it may be forged.

use crate::ast::{Expr, Order, Select};
use crate::error::{Error, Result, ResultValue};
use crate::schema::Table;
use crate::sql::Held;
use crate::types::{SqlType, meaning};
use crate::value::{Mismatch, Value};

/// The maximum number of different values that rows in pages are ordered by: the condition of the next page grows
/// quadratically.
const MOST_TERMS: usize = 100;

/// The maximum number of digits after the decimal point in any database: PostgreSQL's `numeric`.
const GREATEST_SCALE: u16 = 16_383;

/// Refuses an order with more terms than a condition can have.
pub(super) fn check_terms(select: &Select) -> Result<()> {
    let terms = select.full_order().len();
    if terms <= MOST_TERMS {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "rows in pages are ordered by at most {MOST_TERMS} different values, and the order has {terms}; order by fewer"
    )))
}

/// The error of a value that no row can have in a term of an order.
pub(super) fn misfit(value: &Value<'_>, term: &Order, table: &'static Table) -> Option<Error> {
    // The type of an expression is known if it determines how the expression is compared.
    Held::of(&term.by, table).filter(|held| !value.is_null() && !fits(value, *held))?;
    let mismatch = Mismatch::Kind { found: value.as_value_ref().kind() };
    Some(match term.by {
        Expr::Column(column) => Error::decode(table, &table.columns[column], mismatch),
        _ => Error::unreadable_result(ResultValue::SortKey, mismatch),
    })
}

/// Whether a database can have returned a value for this type, as it is stored.
fn fits(value: &Value<'_>, held: Held) -> bool {
    match held.sql_type {
        SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => matches!(value, Value::Int(_)),
        // SQLite stores 1.0 as the integer 1 in some columns.
        SqlType::Real32 | SqlType::Real64 => matches!(value, Value::Real(_) | Value::Int(_)),
        SqlType::Text => matches!(value, Value::Text(_)),
        SqlType::Blob => matches!(value, Value::Blob(_)),
        SqlType::Json => matches!(value, Value::Json(_) | Value::Text(_)),
        SqlType::Array(of) => matches!(value, Value::Array(values)
            if values.iter().all(|value| value.is_null() || fits(value, Held::native(*of)))),
        // Such a value has one meaning in each stored form.
        sql_type => match meaning(held.form, value.as_value_ref(), sql_type) {
            Some(Value::Decimal(number)) => number.scale() <= GREATEST_SCALE,
            meant => meant.is_some(),
        },
    }
}
