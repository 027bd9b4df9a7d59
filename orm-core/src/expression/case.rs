//! Values chosen by conditions.

use std::fmt;
use std::marker::PhantomData;

use super::{Expression, Refusal};
use crate::ast::{self, Expr};
use crate::column::{Column, Condition, MAX_DEPTH, Operand};
use crate::mapped::Mapped;
use crate::types::{ColumnType, Comparable, OfBoth, Presence, Required};
use crate::value::{Mismatch, Value};

/// Begins a `CASE`: the value of the first condition that holds.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let standing = || {
///     orm::case()
///         .when(Enrollment::grade().ge(90), "excellent")
///         .when(Enrollment::grade().ge(60), "passed")
///         .otherwise("open")
/// };
/// let standings: Vec<(i64, String)> = Enrollment::query()
///     .select((Enrollment::student_id(), standing()))
///     .order_by(standing().asc())
///     .all(&db)?;
/// let passed = orm::case().when(Enrollment::grade().ge(60), 1).otherwise(0).sum();
/// let number: Option<i64> = Enrollment::query().select(passed).one(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// All values have one type; [`otherwise`](When::otherwise) takes the value if no condition holds.
///
/// SQL: `CASE WHEN t0."grade" >= ?1 THEN ?2 WHEN t0."grade" >= ?3 THEN ?4 ELSE ?5 END`
#[doc(alias = "if")]
#[doc(alias = "iif")]
pub fn case() -> Case {
    Case(())
}

/// A `CASE` without conditions: the result of [`case`].
#[derive(Debug)]
#[must_use = "a case has no value without conditions: write `.when(..)` and `.otherwise(..)`"]
pub struct Case(());

impl Case {
    /// Adds the value if the condition holds: a value, a column or an expression, which determines the type of all
    /// values.
    pub fn when<M: Mapped, Of, X: IntoExpression<M>>(
        self,
        condition: Condition<M, Of>,
        value: X,
    ) -> When<M, <X::Type as Comparable>::Value, <X::Type as ColumnType>::Presence, Of> {
        let Expression { expr, depth, .. } = value.into_expression();
        When { branches: Ok(Vec::new()), depth: 0, types: PhantomData }.with(condition, expr, depth)
    }
}

/// A `CASE` with values of type `V`: the result of `orm::case().when(..)`.
///
/// `P` says whether it is nullable, which it is if one of its values is.
#[must_use = "a case has no value before it is complete: write `.otherwise(..)`, with `None` for `NULL`"]
pub struct When<M, V, P, Of> {
    branches: Result<Vec<(Expr, Expr)>, Refusal>,
    /// How deep its conditions and computations are nested.
    depth: usize,
    types: Types<M, V, P, Of>,
}

/// The types that a case only names.
type Types<M, V, P, Of> = PhantomData<fn() -> (M, V, P, Of)>;

impl<M: Mapped, V: ColumnType<Presence = Required>, P: Presence, Of> When<M, V, P, Of> {
    /// Adds the value if the condition holds, and no condition before it does.
    pub fn when<O: Operand<M, Option<V>>>(
        self,
        condition: Condition<M, Of>,
        value: O,
    ) -> When<M, V, P::Or<O::Presence>, Of> {
        let depth = value.depth();
        let When { branches, depth: so_far, .. } =
            self.with(condition, value.into_expr().map_err(Refusal::Value), depth);
        When { branches, depth: so_far, types: PhantomData }
    }

    /// Sets the value if no condition holds; `None` for `NULL`.
    ///
    /// SQL: `CASE WHEN … THEN … ELSE ? END`
    #[doc(alias = "default")]
    #[doc(alias = "else")]
    #[doc(alias = "end")]
    pub fn otherwise<O: Operand<M, Option<V>>>(self, value: O) -> Expression<M, OfBoth<P, O::Presence, V>, Of> {
        let depth = self.depth.max(value.depth()).saturating_add(1);
        let otherwise = value.into_expr().map_err(Refusal::Value);
        let expr = self.branches.and_then(|branches| {
            let otherwise = Some(otherwise?).filter(|value| !matches!(value, Expr::Value(Value::Null))).map(Box::new);
            Ok(Expr::Case(ast::Case { branches, otherwise, sql_type: V::SQL_TYPE }))
        });
        Expression::composed(expr, None, depth)
    }

    fn with(self, condition: Condition<M, Of>, value: Result<Expr, Refusal>, depth: usize) -> Self {
        let depth = self.depth.max(depth).max(condition.depth().saturating_add(1));
        let branches = self.branches.and_then(|mut branches| {
            // The refused value is replaced, because it would be nested too deep.
            if depth <= MAX_DEPTH {
                branches.push((condition.into_expr().map_err(Refusal::Invalid)?, value?));
            }
            Ok(branches)
        });
        When { branches, depth, types: PhantomData }
    }
}

impl<M: Mapped, V, P, Of> fmt::Debug for When<M, V, P, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case of {}", M::TABLE.model)
    }
}

/// A value with a known type: a value, a column or an expression of the model `M`.
///
/// This is a trait because the type of an expression follows from the type of its parts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value that a column of `{M}` can hold",
    label = "neither a value, nor a column or an expression of `{M}`",
    note = "write a value of a column type, such as `5` or `\"late\"`, a column, or an expression"
)]
pub trait IntoExpression<M> {
    /// The type of the value.
    type Type: Comparable;

    /// Returns the value as an expression.
    #[doc(hidden)]
    fn into_expression(self) -> Expression<M, Self::Type>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: Comparable> IntoExpression<M> for T {
    type Type = T;

    fn into_expression(self) -> Expression<M, T> {
        constant(self.encode().map(Value::into_owned))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped> IntoExpression<M> for &str {
    type Type = String;

    fn into_expression(self) -> Expression<M, String> {
        constant(Ok(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: Comparable> IntoExpression<M> for Column<M, T> {
    type Type = T;

    fn into_expression(self) -> Expression<M, T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: Comparable> IntoExpression<M> for Expression<M, T> {
    type Type = T;

    fn into_expression(self) -> Self {
        self
    }
}

fn constant<M: Mapped, T>(value: Result<Value<'static>, Mismatch>) -> Expression<M, T> {
    Expression::composed(value.map(Expr::Value).map_err(Refusal::Value), None, 0)
}
