//! Conditions, and how they are combined.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not};

use super::{EachRow, holds_json, json_is_not_compared};
use crate::ast::{Comparison, Expr};
use crate::error::{Error, Result};
use crate::value::Value;

/// A condition on rows of the model `M`, or on groups of rows ([`EachGroup`](crate::column::EachGroup)).
///
/// Combine conditions with `&`, `|` and `!`, lists of conditions with [`all`](Condition::all) and
/// [`any`](Condition::any), and add conditions in steps with `&=` and `|=`. Every row meets the default condition, so a
/// search form can begin with it:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # use orm::Condition;
/// # let (oldest, words) = (Some(30), vec!["a", "o"]);
/// let mut wanted = Condition::default();
/// if let Some(oldest) = oldest {
///     wanted &= Student::age().le(oldest);
/// }
/// wanted &= Condition::any(words.iter().map(|&word| Student::last_name().contains(word)));
/// let students = Student::query().filter(wanted).all(&db)?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "Q")]
#[must_use = "a condition does nothing until a query is filtered by it"]
pub struct Condition<M, Of = EachRow> {
    /// The error is returned when the query runs, so building a condition needs no `?`.
    expr: Result<Built>,
    /// How deep its conditions are nested.
    depth: usize,
    model: PhantomData<fn() -> (M, Of)>,
}

/// More levels than people write, and fewer than would overflow a stack when they are rendered or dropped.
pub(crate) const MAX_DEPTH: usize = 200;

/// What was combined so far: a list grows at both ends without being copied.
#[derive(Clone)]
enum Built {
    One(Expr),
    List(Connective, VecDeque<Expr>),
}

/// The operator that combines the terms of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connective {
    And,
    Or,
}

impl Built {
    fn into_expr(self) -> Expr {
        match self {
            Built::One(expr) => expr,
            Built::List(Connective::And, terms) => Expr::And(terms.into()),
            Built::List(Connective::Or, terms) => Expr::Or(terms.into()),
        }
    }

    fn is_list_of(&self, connective: Connective) -> bool {
        matches!(self, Built::List(of, _) if *of == connective)
    }

    fn is_empty_list_of(&self, connective: Connective) -> bool {
        matches!(self, Built::List(of, terms) if *of == connective && terms.is_empty())
    }

    /// The terms of a list, or this condition as the only term.
    fn into_terms(self, connective: Connective) -> VecDeque<Expr> {
        match self {
            Built::List(of, terms) if of == connective => terms,
            term => VecDeque::from([term.into_expr()]),
        }
    }
}

impl From<Expr> for Built {
    fn from(expr: Expr) -> Self {
        match expr {
            Expr::And(terms) => Built::List(Connective::And, terms.into()),
            Expr::Or(terms) => Built::List(Connective::Or, terms.into()),
            expr => Built::One(expr),
        }
    }
}

/// Both lists; the shorter one is moved.
fn joined(mut left: VecDeque<Expr>, mut right: VecDeque<Expr>) -> VecDeque<Expr> {
    if left.len() >= right.len() {
        left.append(&mut right);
        return left;
    }
    left.into_iter().rev().for_each(|term| right.push_front(term));
    right
}

impl<M, Of> Condition<M, Of> {
    /// Combines conditions with `AND`: a row has to meet all of them. Every row meets an empty list, as with
    /// [`Iterator::all`].
    ///
    /// SQL: `"age" > ? AND "last_name" LIKE ? ESCAPE '\'`
    #[doc(alias = "and")]
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        conditions.into_iter().fold(Condition::of_none(Connective::And), BitAnd::bitand)
    }

    /// Combines conditions with `OR`: a row has to meet at least one of them. No row meets an empty list, as with
    /// [`Iterator::any`].
    ///
    /// SQL: `"age" > ? OR "last_name" LIKE ? ESCAPE '\'`
    #[doc(alias = "or")]
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        conditions.into_iter().fold(Condition::of_none(Connective::Or), BitOr::bitor)
    }

    fn of_none(connective: Connective) -> Self {
        Condition { expr: Ok(Built::List(connective, VecDeque::new())), depth: 0, model: PhantomData }
    }

    pub(crate) fn new(expr: Expr) -> Self {
        Condition { expr: Ok(expr.into()), depth: 0, model: PhantomData }
    }

    pub(crate) fn failed(error: Option<Error>) -> Self {
        let error = error.unwrap_or_else(|| Error::invalid("the condition holds a value that cannot be stored"));
        Condition { expr: Err(error), depth: 0, model: PhantomData }
    }

    /// A comparison; with `NULL`, it tests whether the other side is `NULL`.
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
        self.expr.map(Built::into_expr)
    }

    /// A condition that contains this one, one level deeper.
    pub(crate) fn within<P>(self, outer: impl FnOnce(Expr) -> Expr) -> Condition<P, Of> {
        let expr = self.expr.map(|inner| outer(inner.into_expr()).into());
        Condition { expr, depth: self.depth + 1, model: PhantomData }.checked()
    }

    /// The condition, whose values are nested this deep.
    pub(crate) fn at_depth(self, depth: usize) -> Self {
        Condition { depth: self.depth.max(depth), ..self }.checked()
    }

    /// How deep its conditions are nested.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    fn combine(self, other: Self, connective: Connective) -> Self {
        let says_nothing =
            |condition: &Self| condition.expr.as_ref().is_ok_and(|built| built.is_empty_list_of(connective));
        if says_nothing(&self) {
            return other;
        }
        if says_nothing(&other) {
            return self;
        }
        // Another term does not make a list deeper.
        let is_list = |condition: &Self| condition.expr.as_ref().is_ok_and(|built| built.is_list_of(connective));
        let level = |condition: &Self| condition.depth + usize::from(!is_list(condition));
        let depth = level(&self).max(level(&other));
        let expr = self.expr.and_then(|left| {
            let (left, right) = (left.into_terms(connective), other.expr?.into_terms(connective));
            Ok(Built::List(connective, joined(left, right)))
        });
        Condition { expr, depth, model: PhantomData }.checked()
    }

    fn checked(self) -> Self {
        if self.depth <= MAX_DEPTH || self.expr.is_err() {
            return self;
        }
        Condition::failed(Some(Error::invalid(format!("conditions are nested more than {MAX_DEPTH} levels deep"))))
    }
}

impl<M, Of> BitAnd for Condition<M, Of> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.combine(other, Connective::And)
    }
}

impl<M, Of> BitOr for Condition<M, Of> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.combine(other, Connective::Or)
    }
}

impl<M, Of> BitAndAssign for Condition<M, Of> {
    fn bitand_assign(&mut self, other: Self) {
        *self = std::mem::take(self) & other;
    }
}

impl<M, Of> BitOrAssign for Condition<M, Of> {
    fn bitor_assign(&mut self, other: Self) {
        *self = std::mem::take(self) | other;
    }
}

/// Every row meets the default condition. A query with no other filter has the SQL of a query without a filter.
impl<M, Of> Default for Condition<M, Of> {
    fn default() -> Self {
        Condition::of_none(Connective::And)
    }
}

impl<M, Of> Clone for Condition<M, Of> {
    fn clone(&self) -> Self {
        Condition { expr: self.expr.clone(), depth: self.depth, model: PhantomData }
    }
}

impl<M, Of> Not for Condition<M, Of> {
    type Output = Self;

    fn not(self) -> Self {
        match self.expr {
            Ok(Built::One(Expr::Not(condition))) => {
                Condition { expr: Ok((*condition).into()), depth: self.depth - 1, ..self }
            }
            _ => self.within(|expr| Expr::Not(Box::new(expr))),
        }
    }
}

impl<M, Of> fmt::Debug for Condition<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition(..)")
    }
}
