//! The values of `in_`: a list, or a subquery.

use std::sync::Arc;

use super::{Condition, Operand, holds_json, json_is_not_compared, operand};
use crate::ast::{Comparison, Expr, Select};
use crate::error::{Error, Result};
use crate::types::SqlType;
use crate::value::{Mismatch, Value};

/// The values that a value of type `T` is compared with by `in_`: a list of values, or a query that selects such
/// values.
///
/// This is a trait because a list and a query have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a list of values of type `{T}` nor a query for one such value",
    label = "not values of type `{T}`",
    note = "`in_` takes a list, as in `in_([1, 2])`, or a query that selects one column or expression of the same type, as in `in_(Enrollment::query().select(Enrollment::student_id()))`"
)]
pub trait Among<M, T> {
    /// Returns the values, or the query for them.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store a value exactly, or if the query is invalid.
    #[doc(hidden)]
    fn into_candidates(self, refused: &dyn Fn(Mismatch) -> Error) -> Result<Candidates>;
}

/// The values of an `IN`.
#[derive(Debug)]
pub enum Candidates {
    /// These values.
    List(Vec<Value<'static>>),
    /// The values that a select of one output returns, and the nesting depth of its conditions.
    Returned(Arc<Select>, usize),
}

#[diagnostic::do_not_recommend]
impl<M, T, I: IntoIterator<Item: Operand<M, T>>> Among<M, T> for I {
    fn into_candidates(self, refused: &dyn Fn(Mismatch) -> Error) -> Result<Candidates> {
        let mut list = Vec::new();
        for value in self {
            match operand(value, refused)? {
                Expr::Value(Value::Null) => {}
                Expr::Value(value) if holds_json(&value) => return Err(json_is_not_compared()),
                Expr::Value(value) => list.push(value),
                _ => return Err(Error::invalid("`in_` takes values, not columns; use `eq`")),
            }
        }
        Ok(Candidates::List(list))
    }
}

/// The condition that a value is among others.
pub(crate) fn is_among<M, Of>(
    value: Result<Expr>,
    sql_type: SqlType,
    candidates: Result<Candidates>,
) -> Condition<M, Of> {
    let (value, candidates) = match (value, candidates) {
        (Ok(value), Ok(candidates)) => (Box::new(value), candidates),
        (Err(error), _) | (_, Err(error)) => return Condition::failed(Some(error)),
    };
    match candidates {
        Candidates::List(list) if matches!(sql_type, SqlType::Array(_)) => {
            // PostgreSQL would treat an array of arrays as one array of all their elements.
            let equal = |other| Expr::Compare(value.clone(), Comparison::Eq, Box::new(Expr::Value(other)));
            Condition::new(Expr::Or(list.into_iter().map(equal).collect()))
        }
        Candidates::List(list) => Condition::new(Expr::In(value, list)),
        Candidates::Returned(..) if is_json(sql_type) => Condition::failed(Some(json_is_not_compared())),
        Candidates::Returned(select, depth) => Condition::new(Expr::InQuery(value, select)).at_depth(depth + 1),
    }
}

fn is_json(sql_type: SqlType) -> bool {
    match sql_type {
        SqlType::Array(element) => is_json(*element),
        sql_type => sql_type == SqlType::Json,
    }
}
