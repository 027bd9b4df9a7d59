//! Conditions, and how they are combined.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use super::{holds_json, json_is_not_compared};
use crate::ast::{Comparison, Expr};
use crate::error::{Error, Result};
use crate::expression::EachRow;
use crate::value::Value;

/// A condition on rows of the model `M`, or on groups of them ([`EachGroup`](crate::expression::EachGroup)). Conditions are combined with `&`, `|` and
/// `!`.
#[must_use = "a condition does nothing until a query is filtered by it"]
pub struct Condition<M, Of = EachRow> {
    /// The error waits for the query to run, so that building a condition needs no `?`.
    expr: Result<Expr>,
    /// How many levels of conditions lie within each other.
    depth: usize,
    model: PhantomData<fn() -> (M, Of)>,
}

/// More levels than anybody writes, and fewer than would exhaust a stack when they are rendered or dropped.
const MAX_DEPTH: usize = 200;

impl<M, Of> Condition<M, Of> {
    pub(crate) fn new(expr: Expr) -> Self {
        Condition { expr: Ok(expr), depth: 0, model: PhantomData }
    }

    pub(crate) fn failed(error: Option<Error>) -> Self {
        let error = error.unwrap_or_else(|| Error::invalid("the condition holds a value that cannot be stored"));
        Condition { expr: Err(error), depth: 0, model: PhantomData }
    }

    /// A comparison; with `NULL`, the question whether the other side is `NULL`.
    pub(crate) fn compare(left: Result<Expr>, comparison: Comparison, right: Result<Expr>) -> Self {
        let (left, right) = match (left, right) {
            (Ok(left), Ok(right)) => (Box::new(left), right),
            (Err(error), _) | (_, Err(error)) => return Condition::failed(Some(error)),
        };
        match (comparison, right) {
            (Comparison::Eq, Expr::Value(Value::Null)) => Condition::new(Expr::IsNull(left)),
            (Comparison::Ne, Expr::Value(Value::Null)) => !Condition::new(Expr::IsNull(left)),
            (_, Expr::Value(value)) if holds_json(&value) => Condition::failed(Some(json_is_not_compared())),
            (_, right) => Condition::new(Expr::Compare(left, comparison, Box::new(right))),
        }
    }

    pub(crate) fn into_expr(self) -> Result<Expr> {
        self.expr
    }

    /// A condition made of this one, a level deeper.
    pub(crate) fn within<P>(self, outer: impl FnOnce(Expr) -> Expr) -> Condition<P, Of> {
        Condition { expr: self.expr.map(outer), depth: self.depth + 1, model: PhantomData }.checked()
    }

    fn combine(self, other: Self, is_same: fn(&Expr) -> bool, combine: fn(Expr, Expr) -> Expr) -> Self {
        // A list that takes another term stays one level.
        let level = |condition: &Self| condition.depth + usize::from(!condition.expr.as_ref().is_ok_and(is_same));
        let depth = level(&self).max(level(&other));
        let expr = self.expr.and_then(|left| Ok(combine(left, other.expr?)));
        Condition { expr, depth, model: PhantomData }.checked()
    }

    fn checked(self) -> Self {
        if self.depth <= MAX_DEPTH || self.expr.is_err() {
            return self;
        }
        Condition::failed(Some(Error::invalid(format!("conditions lie within each other more than {MAX_DEPTH} deep"))))
    }
}

impl<M, Of> BitAnd for Condition<M, Of> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.combine(other, |expr| matches!(expr, Expr::And(_)), Expr::and)
    }
}

impl<M, Of> BitOr for Condition<M, Of> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.combine(other, |expr| matches!(expr, Expr::Or(_)), Expr::or)
    }
}

impl<M, Of> Not for Condition<M, Of> {
    type Output = Self;

    fn not(self) -> Self {
        match self.expr {
            Ok(Expr::Not(condition)) => Condition { expr: Ok(*condition), depth: self.depth - 1, ..self },
            _ => self.within(|expr| Expr::Not(Box::new(expr))),
        }
    }
}

impl<M, Of> fmt::Debug for Condition<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition(..)")
    }
}
